import { wholeFields } from '../../core/mapping/plan';
import type { ColumnPlan, ColumnUse, ImportPlan } from '../../core/mapping/plan';
import type { TargetField, TargetSchema } from '../../core/mapping/schema';

/** Uses a column may have, in the order in which they are offered. */
export interface OfferedUses {
  readonly fields: readonly OfferedUse[];
  readonly options: readonly OfferedUse[];
  /** Parts of objects, each with a column of its own. */
  readonly parts: readonly OfferedUse[];
  readonly tables: readonly OfferedUse[];
}

export interface OfferedUse {
  readonly use: ColumnUse;
  /** The field whose value the cells become; the table itself for the ids of its rows; none for the start mark. */
  readonly field?: TargetField;
}

/** What one column may become beside what the other columns and the fixed values are already used for. */
export function offeredUses(schema: TargetSchema, plan: ImportPlan, column: number): OfferedUses {
  const others = plan.columns.filter((use, other) => other !== column && use !== null);
  const fixed = new Set(Object.keys(plan.constants ?? {}));
  const free = ({ use }: OfferedUse): boolean =>
    !others.some((other) => other !== null && collide(use, other)) &&
    !fieldCode(use).some((code) => fixed.has(code));
  const plain = schema.fields.filter(({ kind }) => kind !== 'readOnly' && kind !== 'table');
  const tables = schema.fields.filter(({ kind }) => kind === 'table');
  const objects = schema.fields.filter(({ kind }) => kind === 'object');
  return {
    fields: plain.map((field) => ({ use: field.code, field })).filter(free),
    options: plain.flatMap((field) => optionsOf(field)).filter(free),
    parts: objects.flatMap((object) => partUses(object)).filter(free),
    tables: [
      ...tables.flatMap((table) => tableUses(table)),
      ...(tables.length === 0 ? [] : [{ use: { startsRecord: true } as const }]),
    ].filter(free),
  };
}

function optionsOf(field: TargetField): OfferedUse[] {
  if (field.kind !== 'choices') return [];
  return (field.options ?? []).map((option) => ({ use: { field: field.code, option }, field }));
}

function partUses(object: TargetField): OfferedUse[] {
  return (object.fields ?? []).map((field) => ({ use: { table: object.code, field: field.code }, field }));
}

function tableUses(table: TargetField): OfferedUse[] {
  const inner = (table.fields ?? []).filter(({ kind }) => kind !== 'readOnly');
  return [
    ...inner.flatMap((field) => [
      { use: { table: table.code, field: field.code }, field },
      ...optionsOf(field).map(({ use }) => ({
        use: {
          table: table.code,
          field: field.code,
          option: typeof use === 'object' && 'option' in use ? (use.option ?? '') : '',
        },
        field,
      })),
    ]),
    { use: { rowIdsOf: table.code }, field: table },
  ];
}

/** Fields that no column and no fixed value feeds, and that can have the same value in every record. */
export function fieldsToFix(schema: TargetSchema, plan: ImportPlan): TargetField[] {
  const fed = new Set(plan.columns.flatMap((use) => fieldCode(use)));
  const fixed = plan.constants ?? {};
  return schema.fields.filter(
    ({ code, kind, unique }) =>
      CAN_BE_FIXED[kind] && !unique && !fed.has(code) && !Object.hasOwn(fixed, code),
  );
}

const CAN_BE_FIXED: Readonly<Record<TargetField['kind'], boolean>> = {
  text: true,
  multilineText: true,
  richText: true,
  number: true,
  link: true,
  choice: true,
  choices: true,
  date: true,
  time: true,
  datetime: true,
  users: true,
  organizations: true,
  groups: true,
  user: true,
  boolean: true,
  list: true,
  object: true,
  // One file for every record would be uploaded for every record.
  files: false,
  table: false,
  recordNumber: false,
  readOnly: false,
};

function fieldCode(use: ColumnUse | null): string[] {
  if (use === null) return [];
  if (typeof use === 'string') return [use];
  if ('feeds' in use) return [...use.feeds];
  if ('table' in use) return [use.table];
  return 'field' in use ? [use.field] : [];
}

/** Required fields that neither a column nor a fixed value feeds, among those that were missing at first. */
export function stillMissing(missing: readonly TargetField[], plan: ImportPlan): TargetField[] {
  const fed = new Set([
    ...plan.columns.flatMap((use) => fieldCode(use)),
    ...Object.keys(plan.constants ?? {}),
  ]);
  return missing.filter(({ code }) => !fed.has(code));
}

export function sameUse(one: ColumnUse | null, other: ColumnUse | null): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other;
  const members = (use: object): string => JSON.stringify(Object.entries(use).sort());
  return members(one) === members(other);
}

/** Whether two columns can't have these uses together. */
function collide(one: ColumnUse, other: ColumnUse): boolean {
  if (sameUse(one, other) || isPartOf(one, other) || isPartOf(other, one)) return true;
  // A column that gives several fields stands for each of them.
  if (wholeFields(one).length > 1) return wholeFields(one).some((code) => collide(code, other));
  if (wholeFields(other).length > 1) return collide(other, one);
  const [a, b] = [placeOf(one), placeOf(other)];
  // A field is fed as a whole or option by option.
  return a !== null && b !== null && a.place === b.place && (a.option === null || b.option === null);
}

/** An object is fed as a whole or part by part. */
function isPartOf(part: ColumnUse, whole: ColumnUse): boolean {
  return typeof part === 'object' && 'table' in part && part.table === whole;
}

function placeOf(use: ColumnUse): { place: string; option: string | null } | null {
  if (typeof use === 'string') return { place: JSON.stringify([use]), option: null };
  if (!('field' in use)) return null;
  const table = 'table' in use ? [use.table] : [];
  return { place: JSON.stringify([...table, use.field]), option: use.option ?? null };
}

/** How many columns are imported. */
export function importedColumns(columns: ColumnPlan): number {
  return columns.filter((use) => use !== null).length;
}
