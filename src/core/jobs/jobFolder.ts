import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Delimiter, Encoding, ReadOptions, RowPlace, TableInfo } from '../files/row';
import { ExpectedError } from '../message';
import { isBoolean, isCount, isFields, isListOf, isOneOf, isOptional, isText } from './guards';
import type { Fields } from './guards';
import { SYSTEMS } from './job';
import type { JobDefinition, JobSource, JobTarget } from './job';
import type { BlankKeys, ColumnPlan, CreatedType, ImportMode, ImportPlan } from '../mapping/plan';

export function definitionPath(folder: string): string {
  return path.join(folder, 'job.json');
}
/** The frozen copy of the file: what is imported is what was submitted. */
export function inputPath(folder: string): string {
  return path.join(folder, 'input.bin');
}
export function journalPath(folder: string): string {
  return path.join(folder, 'journal.log');
}
export function controlPath(folder: string): string {
  return path.join(folder, 'control');
}
/** Where a torn end of the journal is kept. */
export function tornPath(folder: string, now: number): string {
  return path.join(folder, `journal.torn-${now}`);
}

const JOB_ID = /^\d{8}-\d{6}-[0-9a-f]{8}$/;

/** A folder name that sorts by time: `20251122-053312-9f86d081` (UTC). */
export function newJobId(now: number): string {
  const digits = new Date(now).toISOString().replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${randomBytes(4).toString('hex')}`;
}

export function isJobId(name: string): boolean {
  return JOB_ID.test(name);
}

/** Folder of a job; throws on an id that could lead anywhere else. */
export function jobFolder(jobsFolder: string, id: string): string {
  if (!isJobId(id)) throw new ExpectedError({ code: 'job.notFound' });
  return path.join(jobsFolder, id);
}

/** Makes the folder with the frozen copy of the input, durable. `job.json` comes last: without it there is no job. */
export async function freezeInput(folder: string, source: string): Promise<{ size: number; sha256: string }> {
  await mkdir(controlPath(folder), { recursive: true });
  const hash = createHash('sha256');
  const from = await open(source, 'r');
  try {
    const to = await open(inputPath(folder), 'w');
    try {
      let size = 0;
      const buffer = Buffer.allocUnsafe(1 << 18);
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) break;
        const bytes = buffer.subarray(0, bytesRead);
        hash.update(bytes);
        await to.writeFile(bytes);
        size += bytesRead;
      }
      await to.datasync();
      return { size, sha256: hash.digest('hex') };
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Writes `job.json`, durable when it resolves. From then on the job exists. */
export async function writeDefinition(folder: string, definition: JobDefinition): Promise<void> {
  const part = `${definitionPath(folder)}.part`;
  const file = await open(part, 'w');
  try {
    await file.writeFile(JSON.stringify(definition, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, definitionPath(folder));
  await syncFolder(folder);
  await syncFolder(path.dirname(folder));
}

/** Reads `job.json`. Throws `ExpectedError` (`job.definitionDamaged`) when it is not one of ours; system errors as they come. */
export async function readDefinition(folder: string): Promise<JobDefinition> {
  const text = await readFile(definitionPath(folder), 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ExpectedError({ code: 'job.definitionDamaged' }, { cause: error });
  }
  if (!isDefinition(value)) throw new ExpectedError({ code: 'job.definitionDamaged' });
  return value;
}

/** How to read the frozen input again: nothing that was decided at submission is detected anew. */
export function readAgain(info: TableInfo): ReadOptions {
  return info.format === 'csv'
    ? { encoding: info.encoding, delimiter: info.delimiter }
    : { sheet: info.sheet };
}

/** Makes the names in a folder durable. Windows can't open a folder for syncing; there the rename alone has to do. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isDefinition(value: unknown): value is JobDefinition {
  return (
    isFields(value) &&
    value.version === 1 &&
    isText(value.id) &&
    isCount(value.submittedAt) &&
    isTarget(value.target) &&
    isText(value.language) &&
    isOptional(value.parentJobId, isText) &&
    isText(value.engineVersion) &&
    (value.kind === 'cellImport' ? isCellPart(value) : isRowsPart(value))
  );
}

function isRowsPart({ kind, source, plan, timeZone }: Fields): boolean {
  return (
    (kind === undefined || kind === 'rows') &&
    isSource(source) &&
    isPlan(plan) &&
    isOptional(timeZone, isText)
  );
}

function isCellPart({ source, exportFirst }: Fields): boolean {
  const kept = exportFirst === undefined || isFields(exportFirst) ? exportFirst : null;
  return (
    isSnapshotSource(source) &&
    kept !== null &&
    (kept === undefined || (isText(kept.name) && isText(kept.path)))
  );
}

function isSnapshotSource(value: unknown): boolean {
  if (!isFields(value) || !isText(value.name) || !isText(value.snapshot)) return false;
  switch (value.origin) {
    case 'file':
      return isText(value.uri) && isCount(value.size) && isText(value.sha256);
    case 'stored':
      return true;
    case 'foreign':
      return isCount(value.startedAt);
    default:
      return false;
  }
}

function isTarget(value: unknown): value is JobTarget {
  return (
    isFields(value) &&
    isOneOf(SYSTEMS, value.system) &&
    ['connectionId', 'connectionName', 'baseUrl', 'id', 'name', 'url'].every((key) => isText(value[key])) &&
    isOptional(value.guestSpaceId, isText) &&
    isOptional(value.bulk, isBoolean)
  );
}

function isSource(value: unknown): value is JobSource {
  return (
    isFields(value) &&
    ['name', 'uri', 'sha256'].every((key) => isText(value[key])) &&
    isCount(value.size) &&
    isReadOptions(value.read) &&
    isTableInfo(value.info)
  );
}

function isReadOptions(value: unknown): value is ReadOptions {
  return (
    isFields(value) &&
    isOptional(value.encoding, isEncoding) &&
    isOptional(value.delimiter, isDelimiter) &&
    isOptional(value.sheet, isText)
  );
}

function isTableInfo(value: unknown): value is TableInfo {
  if (!isFields(value) || !isListOf(value.header, isText) || !isPlace(value.headerPlace)) return false;
  if (value.format === 'xlsx') return isText(value.sheet) && isListOf(value.sheets, isSheet);
  return (
    value.format === 'csv' &&
    isEncoding(value.encoding) &&
    typeof value.bom === 'boolean' &&
    isDelimiter(value.delimiter) &&
    (value.lineEnd === '\r\n' || value.lineEnd === '\n' || value.lineEnd === '\r')
  );
}

function isSheet(value: unknown): value is { name: string; hidden: boolean } {
  return isFields(value) && isText(value.name) && typeof value.hidden === 'boolean';
}

function isPlace(value: unknown): value is RowPlace {
  return isFields(value) && ['line', 'byteOffset', 'byteLength'].every((key) => isCount(value[key]));
}

const ENCODINGS: Readonly<Record<Encoding, true>> = {
  'utf-8': true,
  'utf-16le': true,
  'utf-16be': true,
  shift_jis: true,
  'euc-jp': true,
};
const DELIMITERS: Readonly<Record<Delimiter, true>> = { ',': true, '\t': true, ';': true, '|': true };

const MODES: Readonly<Record<ImportMode, true>> = {
  add: true,
  update: true,
  addOrUpdate: true,
  replace: true,
  addOrReplace: true,
};
const CREATED_TYPES: Readonly<Record<CreatedType, true>> = { text: true, number: true, boolean: true };

function isEncoding(value: unknown): value is Encoding {
  return isText(value) && Object.hasOwn(ENCODINGS, value);
}

function isDelimiter(value: unknown): value is Delimiter {
  return isText(value) && Object.hasOwn(DELIMITERS, value);
}

function isPlan(value: unknown): value is ImportPlan {
  return (
    isFields(value) &&
    isColumnPlan(value.columns) &&
    isOptional(value.constants, isTexts) &&
    isMode(value.mode) &&
    isOptional(value.key, isText) &&
    isOptional(value.blankKeys, isBlankKeys) &&
    isOptional(value.attachmentsFolder, isText)
  );
}

function isTexts(value: unknown): value is Record<string, string> {
  return isFields(value) && Object.values(value).every(isText);
}

function isMode(value: unknown): value is ImportMode {
  return isText(value) && Object.hasOwn(MODES, value);
}

function isBlankKeys(value: unknown): value is BlankKeys {
  return value === 'add' || value === 'skip' || value === 'refuse';
}

function isColumnPlan(value: unknown): value is ColumnPlan {
  return Array.isArray(value) && value.every((use) => use === null || isText(use) || isSpecialUse(use));
}

function isSpecialUse(value: unknown): boolean {
  return (
    isFields(value) &&
    (value.startsRecord === true ||
      isText(value.rowIdsOf) ||
      isListOf(value.feeds, isText) ||
      (isText(value.creates) && isText(value.type) && Object.hasOwn(CREATED_TYPES, value.type)) ||
      (isText(value.field) && isOptional(value.table, isText) && isOptional(value.option, isText)))
  );
}
