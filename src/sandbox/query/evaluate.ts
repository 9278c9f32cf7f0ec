import { ApiError } from '../apiError';
import type { TableField } from '../apps/definition';
import type { App } from '../records/app';
import { uniqueKey } from '../records/compiledField';
import type { PlainValue } from '../records/field';
import { attachedFile } from '../records/files';
import { columnValues, fieldValue } from '../records/recordJson';
import { RECORD_TEXTS } from '../records/recordTexts';
import type { RecordView } from '../records/recordStore';
import { TEXTS } from '../texts';
import type { Kind } from './fieldKinds';
import { kindOf, OPERATORS, queriedField } from './fieldKinds';
import type { Wanted } from './literals';
import { recordId, wantedValues } from './literals';
import type { Condition } from './parseQuery';

export type Predicate = (record: RecordView) => boolean;
export type Comparison = (a: RecordView, b: RecordView) => number;

/** Numbers this long are told apart by doubles. */
const EXACT_LENGTH = 15;

type Compare = Extract<Condition, { kind: 'compare' }>;

/**
 * Makes a condition ready to be asked of many records. `userCode` is who `LOGINUSER()` means. Throws what the service
 * answers to fields, operators and values that do not fit.
 */
export function compileCondition(
  app: App,
  condition: Condition | undefined,
  userCode?: string,
): Predicate | undefined {
  if (condition === undefined) {
    return undefined;
  }
  if (condition.kind === 'compare') {
    return compileComparison(app, condition, userCode);
  }
  const left = compileCondition(app, condition.left, userCode) ?? everything;
  const right = compileCondition(app, condition.right, userCode) ?? everything;
  return condition.kind === 'and'
    ? (record) => left(record) && right(record)
    : (record) => left(record) || right(record);
}

/** The ids a condition can hold for, as far as its conditions on `$id` joined by `and` tell. */
export function idRange(app: App, condition: Condition | undefined): { from: number; to: number } {
  if (condition?.kind === 'and') {
    const left = idRange(app, condition.left);
    const right = idRange(app, condition.right);
    return { from: Math.max(left.from, right.from), to: Math.min(left.to, right.to) };
  }
  const all = { from: 1, to: Infinity };
  if (condition?.kind !== 'compare' || !isId(app, condition.field)) {
    return all;
  }
  const [literal] = condition.values;
  const value = typeof literal === 'string' ? Number(recordId(app, literal)) : NaN;
  switch (Number.isNaN(value) ? undefined : condition.operator) {
    case '>':
      return { ...all, from: Math.floor(value) + 1 };
    case '>=':
      return { ...all, from: Math.ceil(value) };
    case '<':
      return { ...all, to: Math.ceil(value) - 1 };
    case '<=':
      return { ...all, to: Math.floor(value) };
    case '=':
      return { from: value, to: value };
    default:
      return all;
  }
}

/** The only records a condition can hold for, where a part of it joined by `and` names ids or values without duplicates. */
export function candidates(app: App, condition: Condition | undefined): readonly number[] | undefined {
  if (condition?.kind === 'and') {
    return candidates(app, condition.left) ?? candidates(app, condition.right);
  }
  if (condition?.kind !== 'compare' || (condition.operator !== 'in' && condition.operator !== '=')) {
    return undefined;
  }
  const texts = condition.values.filter((value) => typeof value === 'string');
  if (isId(app, condition.field)) {
    return texts.map((text) => Number(recordId(app, text)));
  }
  const index = app.indexOf(condition.field);
  const field = app.stored[index];
  const indexed = field?.unique === true && ['SINGLE_LINE_TEXT', 'LINK', 'NUMBER'].includes(field.field.type);
  if (!indexed || texts.includes('') || texts.length < condition.values.length) {
    return undefined;
  }
  const isNumber = field.field.type === 'NUMBER';
  return texts.flatMap((text) => {
    // The index keeps numbers in one spelling.
    const key = uniqueKey(field.field, isNumber && text.length <= EXACT_LENGTH ? String(Number(text)) : text);
    return app.records.ownerOf(index, key) ?? [];
  });
}

/** Order of records by one field. */
export function compileOrder(app: App, field: string): Comparison {
  const kind = kindOf(queriedField(app, field));
  if (app.tableOf(field) !== undefined || kind === 'none' || kind === 'file') {
    throw new ApiError(400, 'GAIA_IL08', RECORD_TEXTS.notSortable(field));
  }
  const value = (record: RecordView) => firstOf(valueOf(app, record, field));
  const key: (text: string) => string | number = kind === 'number' ? numberOrLeast : (text) => text;
  return (a, b) => {
    const left = key(value(a));
    const right = key(value(b));
    return left === right ? 0 : left < right ? -1 : 1;
  };
}

export function isId(app: App, field: string): boolean {
  return field === '$id' || app.field(field)?.type === 'RECORD_NUMBER';
}

function compileComparison(app: App, condition: Compare, userCode: string | undefined): Predicate {
  const { field: code, operator } = condition;
  const field = queriedField(app, code);
  const kind = kindOf(field);
  const table = app.tableOf(code);
  if (!OPERATORS[kind].includes(operator)) {
    throw new ApiError(400, 'GAIA_IQ03', TEXTS.operatorNotAllowed(code, operator));
  }
  if (table !== undefined && (operator === '=' || operator === '!=')) {
    throw new ApiError(400, 'GAIA_IQ07', RECORD_TEXTS.tableOperator(code, operator));
  }
  const wanted = wantedValues(app, field, kind, condition.values, userCode);
  const negated = operator === 'not in' || operator === '!=' || operator === 'not like';
  const test = valueTest(condition, kind, wanted);
  const holds = table === undefined ? ofField(app, code, test) : ofColumn(app, table, code, test);
  return negated ? (record) => !holds(record) : holds;
}

type ValueTest = (value: PlainValue) => boolean;

function ofField(app: App, code: string, test: ValueTest): Predicate {
  return (record) => test(valueOf(app, record, code));
}

/** One row is enough. A table without rows is like one empty value. */
function ofColumn(app: App, table: TableField, code: string, test: ValueTest): Predicate {
  return (record) => {
    const values = columnValues(app, record, table, code);
    return values.length === 0 ? test(null) : values.some(test);
  };
}

/** Of the operator without its `not`. */
function valueTest({ operator }: Compare, kind: Kind, wanted: readonly Wanted[]): ValueTest {
  const [first = { from: '', to: '' }] = wanted;
  switch (operator) {
    case '=':
    case '!=':
    case 'in':
    case 'not in':
      return oneOf(kind, wanted);
    case 'like':
    case 'not like':
      return kind === 'file' ? (value) => fileNames(value).some(contains(first)) : contains(first);
    case 'is empty':
      return (value) => firstOf(value).trim() === '';
    case 'is not empty':
      return (value) => firstOf(value).trim() !== '';
    case '<':
      return ordered(kind, first.from, (order) => order < 0);
    case '>':
      return ordered(kind, first.to, (order) => order > 0);
    case '<=':
      return ordered(kind, first.to, (order) => order <= 0);
    case '>=':
      return ordered(kind, first.from, (order) => order >= 0);
  }
}

function ordered(kind: Kind, wanted: string, holds: (order: number) => boolean): ValueTest {
  return (value) => {
    const text = firstOf(value);
    if (text === '') {
      return false;
    }
    const order = kind === 'number' ? Number(text) - Number(wanted) : text < wanted ? -1 : +(text > wanted);
    return holds(order);
  };
}

function oneOf(kind: Kind, wanted: readonly Wanted[]): ValueTest {
  const key = kind === 'number' ? (text: string) => (text === '' ? '' : String(Number(text))) : same;
  const single = new Set(wanted.filter(({ from, to }) => from === to).map(({ from }) => key(from)));
  const ranges = wanted.filter(({ from, to }) => from !== to);
  const holds = (text: string) =>
    single.has(key(text)) || ranges.some(({ from, to }) => text >= from && text <= to);
  return (value) => {
    if (typeof value === 'string' || value === null) {
      return holds(value ?? '');
    }
    return value.length === 0 ? holds('') : value.some(holds);
  };
}

/** The service searches words in an index; a part of the text, regardless of case, is near enough here. */
function contains(wanted: Wanted): (value: PlainValue) => boolean {
  const part = wanted.from.toLowerCase();
  return (value) => firstOf(value).toLowerCase().includes(part);
}

function fileNames(value: PlainValue): readonly string[] {
  return typeof value === 'object' && value !== null ? value.map((text) => attachedFile(text).name) : [];
}

function valueOf(app: App, record: RecordView, field: string): PlainValue {
  return isId(app, field) ? String(record.id) : fieldValue(app, record, field);
}

function firstOf(value: PlainValue): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function numberOrLeast(text: string): number {
  return text === '' ? -Infinity : Number(text);
}

function same(text: string): string {
  return text;
}

function everything(): boolean {
  return true;
}
