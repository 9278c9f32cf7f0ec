import { ApiError, invalidParameter } from '../apiError';
import type { FieldDefinition } from '../apps/definition';
import type { App } from '../records/app';
import type { StoredValue } from '../records/compiledField';
import { readDate, readDateTime, readTime } from '../records/dates';
import type { RecordView } from '../records/recordStore';
import { fieldValue } from '../records/recordJson';
import { TEXTS } from '../texts';
import type { Condition, Operator } from './parseQuery';

export type Predicate = (record: RecordView) => boolean;
export type Comparison = (a: RecordView, b: RecordView) => number;

type Kind = 'number' | 'text' | 'longText' | 'choice' | 'date' | 'time' | 'dateTime' | 'people' | 'status';

const OPERATORS: Readonly<Record<Kind, readonly Operator[]>> = {
  number: ['=', '!=', '<', '>', '<=', '>=', 'in', 'not in'],
  text: ['=', '!=', 'in', 'not in', 'like', 'not like'],
  longText: ['like', 'not like', 'is empty', 'is not empty'],
  choice: ['in', 'not in'],
  date: ['=', '!=', '<', '>', '<=', '>='],
  time: ['=', '!=', '<', '>', '<=', '>='],
  dateTime: ['=', '!=', '<', '>', '<=', '>='],
  people: ['in', 'not in'],
  status: ['=', '!=', 'in', 'not in'],
};

/** Makes a condition ready to be asked of many records. Throws what the service answers to fields and operators. */
export function compileCondition(app: App, condition: Condition | undefined): Predicate | undefined {
  if (condition === undefined) {
    return undefined;
  }
  if (condition.kind === 'compare') {
    return compileComparison(app, condition);
  }
  const left = compileCondition(app, condition.left) ?? everything;
  const right = compileCondition(app, condition.right) ?? everything;
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
  const value = Number(condition.values[0]);
  switch (condition.operator) {
    case '>':
      return { ...all, from: value + 1 };
    case '>=':
      return { ...all, from: value };
    case '<':
      return { ...all, to: value - 1 };
    case '<=':
      return { ...all, to: value };
    case '=':
      return { from: value, to: value };
    default:
      return all;
  }
}

/** Order of records by one field. */
export function compileOrder(app: App, field: string): Comparison {
  const kind = kindOf(app, field);
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

function compileComparison(app: App, condition: Extract<Condition, { kind: 'compare' }>): Predicate {
  const { field, operator } = condition;
  const kind = kindOf(app, field);
  if (!OPERATORS[kind].includes(operator)) {
    throw new ApiError(400, 'GAIA_IQ03', TEXTS.operatorNotAllowed(field, operator));
  }
  const wanted = condition.values.map((value) => literalOf(kind, value));
  const [first = ''] = wanted;
  const get = (record: RecordView) => valueOf(app, record, field);
  switch (operator) {
    case 'in':
      return (record) => holdsOne(get(record), wanted, kind);
    case 'not in':
      return (record) => !holdsOne(get(record), wanted, kind);
    case '=':
      return (record) => holdsOne(get(record), [first], kind);
    case '!=':
      return (record) => !holdsOne(get(record), [first], kind);
    case 'like':
      return (record) => contains(get(record), first);
    case 'not like':
      return (record) => !contains(get(record), first);
    case 'is empty':
      return (record) => firstOf(get(record)) === '';
    case 'is not empty':
      return (record) => firstOf(get(record)) !== '';
    case '<':
      return ordered(get, first, kind, (order) => order < 0);
    case '>':
      return ordered(get, first, kind, (order) => order > 0);
    case '<=':
      return ordered(get, first, kind, (order) => order <= 0);
    case '>=':
      return ordered(get, first, kind, (order) => order >= 0);
  }
}

function ordered(
  get: (record: RecordView) => StoredValue,
  wanted: string,
  kind: Kind,
  holds: (order: number) => boolean,
): Predicate {
  return (record) => {
    const value = firstOf(get(record));
    if (value === '') {
      return false;
    }
    const order =
      kind === 'number' ? Number(value) - Number(wanted) : value < wanted ? -1 : +(value > wanted);
    return holds(order);
  };
}

function holdsOne(value: StoredValue, wanted: readonly string[], kind: Kind): boolean {
  const held = typeof value === 'object' && value !== null ? value : [value ?? ''];
  const same =
    kind === 'number'
      ? (a: string, b: string) => a === b || (a !== '' && b !== '' && Number(a) === Number(b))
      : (a: string, b: string) => a === b;
  return wanted.some((one) => (held.length === 0 ? one === '' : held.some((other) => same(other, one))));
}

/** The service searches words in an index; a part of the text, regardless of case, is near enough here. */
function contains(value: StoredValue, part: string): boolean {
  return firstOf(value).toLowerCase().includes(part.toLowerCase());
}

function literalOf(kind: Kind, value: string): string {
  if (value === '') {
    return value;
  }
  const read = {
    number: () => (Number.isFinite(Number(value)) ? value : undefined),
    date: () => readDate(value),
    time: () => readTime(value),
    dateTime: () => readDateTime(value),
    text: () => value,
    longText: () => value,
    choice: () => value,
    people: () => value,
    status: () => value,
  }[kind]();
  if (read === undefined) {
    throw invalidParameter('query', TEXTS.badQuery);
  }
  return read;
}

function kindOf(app: App, field: string): Kind {
  const definition = app.field(field);
  if (field === '$id') {
    return 'number';
  }
  if (definition === undefined) {
    throw new ApiError(400, 'GAIA_IQ11', TEXTS.unknownQueryField(field));
  }
  return KINDS[definition.type];
}

const KINDS: Readonly<Record<FieldDefinition['type'], Kind>> = {
  SINGLE_LINE_TEXT: 'text',
  LINK: 'text',
  MULTI_LINE_TEXT: 'longText',
  RICH_TEXT: 'longText',
  NUMBER: 'number',
  CALC: 'number',
  RECORD_NUMBER: 'number',
  RADIO_BUTTON: 'choice',
  DROP_DOWN: 'choice',
  CHECK_BOX: 'choice',
  MULTI_SELECT: 'choice',
  CATEGORY: 'choice',
  DATE: 'date',
  TIME: 'time',
  DATETIME: 'dateTime',
  CREATED_TIME: 'dateTime',
  UPDATED_TIME: 'dateTime',
  USER_SELECT: 'people',
  ORGANIZATION_SELECT: 'people',
  GROUP_SELECT: 'people',
  CREATOR: 'people',
  MODIFIER: 'people',
  STATUS: 'status',
  STATUS_ASSIGNEE: 'people',
};

function valueOf(app: App, record: RecordView, field: string): StoredValue {
  return field === '$id' ? String(record.id) : fieldValue(app, record, field);
}

function firstOf(value: StoredValue): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

function numberOrLeast(text: string): number {
  return text === '' ? -Infinity : Number(text);
}

function everything(): boolean {
  return true;
}
