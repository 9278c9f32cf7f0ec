import { crc32c } from './crc32c';
import { isJournalRecord } from './readRecord';
import type { JournalRecord } from './records';

/** `J1 <crc32c, 8 hex digits> <bytes of json> <json>\n`; the sum is over the bytes of the json. */
export function encodeLine(record: JournalRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record), 'utf8');
  const head = `J1 ${hex(crc32c(json))} ${json.length} `;
  return Buffer.concat([Buffer.from(head, 'latin1'), json, NEWLINE]);
}

const NEWLINE = Buffer.from('\n');
const HEAD = /^J1 ([0-9a-f]{8}) (0|[1-9]\d{0,9}) /;
const LONGEST_HEAD = 'J1 01234567 0123456789 '.length;

/** Reads one line without its line feed; null when it is not exactly what `encodeLine` wrote. */
export function decodeLine(line: Buffer): JournalRecord | null {
  const parts = splitLine(line);
  return parts !== null && parts.json.length === parts.length && parts.rest === 0
    ? parse(parts.sum, parts.json)
    : null;
}

/**
 * Whether the bytes behind the last line feed can be a record that was cut off while it was written. They cannot when
 * they hold a whole record and more: then its line feed was changed afterwards.
 */
export function canBeTorn(tail: Buffer): boolean {
  const parts = splitLine(tail);
  return parts === null || parts.rest === 0 || parse(parts.sum, parts.json) === null;
}

function splitLine(line: Buffer): { sum: string; length: number; json: Buffer; rest: number } | null {
  const match = HEAD.exec(line.toString('latin1', 0, LONGEST_HEAD));
  if (!match) return null;
  const [head, sum = '', digits = ''] = match;
  const length = Number(digits);
  const json = line.subarray(head.length, head.length + length);
  return { sum, length, json, rest: Math.max(0, line.length - head.length - length) };
}

function parse(sum: string, json: Buffer): JournalRecord | null {
  if (hex(crc32c(json)) !== sum) return null;
  try {
    const value: unknown = JSON.parse(json.toString('utf8'));
    return isJournalRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
