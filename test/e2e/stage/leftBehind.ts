import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What the documents of unimported rows hold, for the words of a failure. */
export function leftBehind(userData: string, encoding: 'utf-8' | 'shift_jis'): string {
  return readdirSync(userData, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'unimported.csv')
    .map((file) => new TextDecoder(encoding).decode(readFileSync(path.join(userData, file))))
    .join('\n');
}
