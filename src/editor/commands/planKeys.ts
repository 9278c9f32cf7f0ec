import { fieldToCreate } from '../../core/mapping/createdFields';
import { addsRecords, columnOf, feedingToo, wholeFields } from '../../core/mapping/plan';
import type { ColumnUse, ImportMode, ImportPlan } from '../../core/mapping/plan';
import { givenId, keyFields, modesOf, type TargetField, type TargetSchema } from '../../core/mapping/schema';

/** A column by which records could be found. */
export interface PossibleKey {
  readonly field: TargetField;
  readonly column: number;
}

/** Columns of a plan that could be its key, the record number first: nothing says more surely which record is meant. */
export function possibleKeys(schema: TargetSchema, plan: ImportPlan): PossibleKey[] {
  const found = keyFields(schema).flatMap((field): PossibleKey[] => {
    const column = columnOf(plan.columns, field.code);
    return column < 0 ? [] : [{ field, column }];
  });
  const number = found.filter(({ field }) => field.kind === 'recordNumber');
  return [...number, ...found.filter((key) => !number.includes(key))];
}

/**
 * Columns whose cells could be the ids of the records, beside what they are: where records can be given one and no
 * column gives it yet.
 */
export function possibleIds(schema: TargetSchema, plan: ImportPlan): number[] {
  const id = givenId(schema);
  if (id === undefined || columnOf(plan.columns, id.code) >= 0) return [];
  const kindOf = (use: ColumnUse | null) =>
    typeof use === 'string' ? schema.fields.find(({ code }) => code === use)?.kind : undefined;
  return plan.columns.flatMap((use, column) => (CAN_BE_ID.has(kindOf(use)) ? [column] : []));
}

const CAN_BE_ID: ReadonlySet<TargetField['kind'] | undefined> = new Set(['text', 'multilineText', 'number']);

/** The same plan with one column whose cells are the ids too, by which records are found. */
export function withIds(schema: TargetSchema, plan: ImportPlan, column: number): ImportPlan {
  const id = givenId(schema);
  const use = id === undefined ? null : feedingToo(plan.columns[column] ?? null, id.code);
  if (id === undefined || use === null) return plan;
  const columns = plan.columns.map((other, at) => (at === column ? use : other));
  return { ...plan, columns, ...(plan.mode === 'add' ? {} : { key: id.code }) };
}

/** Ways to write the rows, the likeliest first: what was chosen before, else changes where rows carry their number. */
export function modesInOrder(
  schema: TargetSchema,
  keys: readonly PossibleKey[],
  remembered: ImportMode | undefined,
): ImportMode[] {
  const modes = modesOf(schema);
  const usual = keys.some(({ field }) => field.kind === 'recordNumber')
    ? [...modes.filter((mode) => mode !== 'add'), 'add' as const]
    : modes;
  return first(usual, remembered);
}

/** The same list with one of its members, if it is there, at the front. */
export function first<T>(list: readonly T[], member: T | undefined): T[] {
  return [...list.filter((one) => one === member), ...list.filter((one) => one !== member)];
}

/**
 * A plan in another mode. In `add` it has no key; elsewhere it keeps a key that is still fed, or takes the only one
 * there is.
 */
export function inMode(plan: ImportPlan, mode: ImportMode, keys: readonly PossibleKey[]): ImportPlan {
  const { key: before, blankKeys, ...rest } = plan;
  if (mode === 'add') return { ...rest, mode };
  const codes = keys.map(({ field }) => field.code);
  const key = before !== undefined && codes.includes(before) ? before : only(codes);
  return {
    ...rest,
    mode,
    ...(key === undefined ? {} : { key }),
    ...(addsRecords(mode) && blankKeys !== undefined ? { blankKeys } : {}),
  };
}

/**
 * The plan as it is imported: a record number finds records as the key and is never a value, and what can be given to
 * new records alone stays out of an update.
 */
export function finalPlan(schema: TargetSchema, plan: ImportPlan): ImportPlan {
  const dropped = new Set(leftOut(schema, plan).map(({ code }) => code));
  const numbers = schema.fields.filter(({ kind, code }) => kind === 'recordNumber' && code !== plan.key);
  for (const { code } of numbers) dropped.add(code);
  if (dropped.size === 0) return plan;
  const { constants, ...rest } = plan;
  const kept = Object.entries(constants ?? {}).filter(([code]) => !dropped.has(code));
  return {
    ...rest,
    columns: plan.columns.map((use) => (typeof use === 'string' && dropped.has(use) ? null : use)),
    ...(kept.length === 0 ? {} : { constants: Object.fromEntries(kept) }),
  };
}

/** Fields that the plan feeds although an update can't write them: who made a record, and when. */
export function leftOut(schema: TargetSchema, plan: ImportPlan): TargetField[] {
  if (addsRecords(plan.mode)) return [];
  const { columns, constants = {} } = plan;
  return schema.fields.filter(
    ({ onlyWhenAdding, code }) =>
      onlyWhenAdding === true && (columns.includes(code) || Object.hasOwn(constants, code)),
  );
}

/** The plan as of now: a property that it was to create and that is there by now is a field like any other. */
export function withPresentFields(plan: ImportPlan, schema: TargetSchema): ImportPlan {
  const isPresent = (use: ColumnUse): use is Extract<ColumnUse, { readonly creates: string }> =>
    typeof use === 'object' &&
    'creates' in use &&
    typeof fieldToCreate(schema, use) !== 'string' &&
    schema.fields.some(({ code }) => code === use.creates);
  return {
    ...plan,
    columns: plan.columns.map((use) => (use !== null && isPresent(use) ? use.creates : use)),
  };
}

/** Whether a remembered or borrowed plan still fits: as many columns, and fields that the app still has and takes. */
export function stillFits(plan: ImportPlan, header: readonly string[], schema: TargetSchema): boolean {
  if (plan.columns.length !== header.length || !modesOf(schema).includes(plan.mode)) return false;
  const uses = plan.columns.filter((use) => use !== null);
  if (uses.length === 0 || !uses.every((use) => isThere(use, schema))) return false;
  if (!Object.keys(plan.constants ?? {}).every((code) => takesValues(schema.fields, code))) return false;
  return plan.mode === 'add' || possibleKeys(schema, plan).some(({ field }) => field.code === plan.key);
}

function isThere(use: ColumnUse, schema: TargetSchema): boolean {
  const { fields } = schema;
  if (typeof use === 'string') return takesValues(fields, use);
  if ('startsRecord' in use) return true;
  if ('creates' in use) return typeof fieldToCreate(schema, use) !== 'string';
  if ('rowIdsOf' in use) return tableOf(fields, use.rowIdsOf) !== undefined;
  if ('feeds' in use) return use.feeds.every((code) => takesValues(fields, code));
  const around = 'table' in use ? (partsOf(fields, use.table) ?? []) : fields;
  const { option } = use;
  return (
    takesValues(around, use.field) &&
    (option === undefined ||
      around.find(({ code }) => code === use.field)?.options?.includes(option) === true)
  );
}

function takesValues(fields: readonly TargetField[], code: string): boolean {
  return fields.some((field) => field.code === code && field.kind !== 'readOnly' && field.kind !== 'table');
}

/** Fields of a table, or parts of an object. */
function partsOf(fields: readonly TargetField[], code: string): readonly TargetField[] | undefined {
  return fields.find((field) => field.code === code)?.fields;
}

function tableOf(fields: readonly TargetField[], code: string): TargetField | undefined {
  return fields.find((field) => field.code === code && field.kind === 'table');
}

/** Field codes that take attachments and that a column feeds, in tables too. */
export function takesFiles(schema: TargetSchema, plan: ImportPlan): boolean {
  return feeds(schema, plan, 'files');
}

/** Whether a column feeds a field of dates with times, whose cells may lack a time zone. */
export function takesDateTimes(schema: TargetSchema, plan: ImportPlan): boolean {
  return feeds(schema, plan, 'datetime');
}

function feeds(schema: TargetSchema, plan: ImportPlan, kind: TargetField['kind']): boolean {
  const kindOf = (fields: readonly TargetField[] | undefined, code: string) =>
    fields?.find((field) => field.code === code)?.kind;
  const constants = Object.keys(plan.constants ?? {}).some((code) => kindOf(schema.fields, code) === kind);
  return (
    constants ||
    plan.columns.some((use) => {
      if (use === null) return false;
      if (wholeFields(use).some((code) => kindOf(schema.fields, code) === kind)) return true;
      if (typeof use === 'string') return false;
      return 'table' in use && kindOf(partsOf(schema.fields, use.table), use.field) === kind;
    })
  );
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
