import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './program';

/** The files below a folder of the repository that end with `ending`, as sorted paths from the root. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(path.join(ROOT, folder))) return [];
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => path.join(folder, file))
    .sort();
}
