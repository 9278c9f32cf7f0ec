import type { Delimiter, Encoding, ReadOptions, RowPlace, TableInfo } from '../files/row';
import type { BlankKeys, ColumnPlan, CreatedType, ImportMode, ImportPlan } from '../mapping/plan';
import { isBoolean, isCount, isFields, isListOf, isOneOf, isOptional, isText } from './guards';
import type { Fields } from './guards';
import { SYSTEMS } from './job';
import type { JobDefinition, JobLimits, JobSource, JobTarget } from './job';

/** Whether something read back is a `job.json` of ours. */
export function isDefinition(value: unknown): value is JobDefinition {
  return (
    isFields(value) &&
    value.version === 1 &&
    isText(value.id) &&
    isCount(value.submittedAt) &&
    isTarget(value.target) &&
    isText(value.language) &&
    isOptional(value.host, isText) &&
    isOptional(value.parentJobId, isText) &&
    isText(value.engineVersion) &&
    isPartOfKind(value)
  );
}

function isPartOfKind(value: Fields): boolean {
  switch (value.kind) {
    case undefined:
    case 'rows':
      return isRowsPart(value);
    case 'cellImport':
      return isCellPart(value);
    case 'undo':
      return isUndoPart(value);
    default:
      return false;
  }
}

function isRowsPart({ source, plan, timeZone, limits, ledgerApp }: Fields): boolean {
  return (
    isSource(source) &&
    isPlan(plan) &&
    isOptional(timeZone, isText) &&
    isOptional(limits, isLimits) &&
    isOptional(ledgerApp, isText)
  );
}

function isLimits(value: unknown): value is JobLimits {
  return isFields(value) && isOptional(value.lanes, isCount) && isOptional(value.settleSeconds, isCount);
}

function isUndoPart({ undoes, scope, source, plan }: Fields): boolean {
  return (
    isText(undoes) &&
    isOneOf(['all', 'twins'] as const, scope) &&
    isFields(source) &&
    ['name', 'uri', 'sha256'].every((key) => isText(source[key])) &&
    isCount(source.size) &&
    isPlan(plan)
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
