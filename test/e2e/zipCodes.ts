import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SandboxRecord } from './stage/sandbox';

/** App of the sandbox for `zipcodes.csv`; none of its fields forbids duplicates. */
export const ZIP_CODES = '2';
export const ZIP_ROWS = 42_049;

/** Each row of the file is a record, in its order, and nothing else is there. */
export function assertAllOnce(records: readonly SandboxRecord[], folder: string): void {
  const lines = readFileSync(path.join(folder, 'zipcodes.csv'), 'utf8').trimEnd().split('\n').slice(1);
  assert.equal(lines.length, ZIP_ROWS);
  assert.equal(records.length, ZIP_ROWS);
  lines.forEach((line, i) => assert.equal(zipLine(records[i]), zipLine(line)));
}

/** A line of the file and a record in one form; numbers may have lost zeros at their end. */
function zipLine(from: string | SandboxRecord | undefined): string {
  const fields = ['zip_code', 'latitude', 'longitude', 'city', 'state', 'county'];
  const cells = typeof from === 'string' ? from.trimEnd().split(',') : fields.map((field) => from?.[field]);
  return cells.map((cell, i) => (i === 1 || i === 2 ? String(Number(cell)) : cell)).join(',');
}
