import { ExpectedError } from '../message';
import { isNeeded } from './convertObject';
import { fieldToCreate, propertiesLeft } from './createdFields';
import type { CreatingUse } from './createdFields';
import { addsRecords, changesRecords, replacesRecords } from './plan';
import type { ColumnUse, ImportMode, ImportPlan } from './plan';
import { mappingMessage, shorten } from './refusal';
import { keyFields, modesOf } from './schema';
import type { TargetField, TargetSchema } from './schema';

/** Which fields a plan feeds, and from where; the values of every record are aligned with `fields`. */
export interface RecordLayout {
  readonly fields: readonly LayoutField[];
  readonly key: LayoutKey | null;
  /** Column whose text starts a record; null when every row is a record. */
  readonly startColumn: number | null;
  /** What becomes of the records; `add` when absent. */
  readonly mode?: ImportMode;
}

export interface LayoutKey {
  readonly field: TargetField;
  readonly column: number;
  /** Index among the layout's fields; null for a record number, which can't be written. */
  readonly index: number | null;
}

export interface LayoutField {
  readonly field: TargetField;
  /** Columns that feed it, in file order: one, or one for each of `options`; none for a constant or a table. */
  readonly columns: readonly number[];
  /** Option that each of the columns stands for. */
  readonly options?: readonly string[];
  /** Part of an object that each of the columns stands for; without columns for parts, a cell holds all of them. */
  readonly parts?: readonly TargetField[];
  readonly constant?: string;
  /** Fields of a table. */
  readonly inner?: readonly LayoutField[];
  /** Column with the ids of a table's rows. */
  readonly idColumn?: number;
}

/**
 * Brings a plan to the live schema: fields in the order of their first columns, constants behind them. Throws
 * `ExpectedError` when the plan does not fit (any more): a mode that the target does not have, a field that is gone,
 * can't be written or is fed twice, a property that can't be created, a key that can't be one or has no column, a
 * constant that some column contradicts, and when nothing would be written.
 */
export function layoutOf(schema: TargetSchema, plan: ImportPlan): RecordLayout {
  const { mode } = plan;
  if (!modesOf(schema).includes(mode)) {
    throw new ExpectedError(mappingMessage('columns.modeNotPossible', { target: schema.name }));
  }
  const codes = new Map(schema.fields.map((field) => [field.code, field]));
  const draft = new Draft(plan, schema);
  plan.columns.forEach((use, column) => {
    if (use !== null) draft.add(use, column, (code) => codes.get(code) ?? unknown(code));
  });
  for (const [code, text] of Object.entries(plan.constants ?? {})) {
    draft.addConstant(codes.get(code) ?? innerOrUnknown(schema, code), text);
  }
  const fields = draft.fields();
  checkCreated(schema, fields);
  if (addsRecords(mode) || replacesRecords(mode)) fields.forEach(checkParts);
  const key = changesRecords(mode) ? keyOf(schema, plan, fields, draft.recordNumber) : null;
  // A record may consist of its key alone when it is new, but not when it takes another one's place.
  const keyCounts = addsRecords(mode) && !replacesRecords(mode);
  const written = keyCounts ? fields : fields.filter((_, index) => index !== key?.index);
  if (written.length === 0) {
    throw refusal(key === null ? 'columns.none' : 'columns.onlyTheKey');
  }
  return { fields, key, startColumn: draft.startColumn, mode };
}

/** A field while its columns are gathered. */
interface Feed {
  readonly field: TargetField;
  readonly columns: number[];
  readonly options: string[] | null;
  /** Parts of an object that the columns stand for. */
  readonly parts?: TargetField[];
  readonly constant?: string;
  readonly inner?: Map<string, Feed>;
  idColumn: number | null;
}

class Draft {
  readonly #plan: ImportPlan;
  readonly #schema: TargetSchema;
  readonly #feeds = new Map<string, Feed>();
  startColumn: number | null = null;
  recordNumber: { readonly field: TargetField; readonly column: number } | null = null;

  constructor(plan: ImportPlan, schema: TargetSchema) {
    this.#plan = plan;
    this.#schema = schema;
  }

  add(use: ColumnUse, column: number, find: (code: string) => TargetField): void {
    if (typeof use === 'string') {
      this.#addWhole(find(use), column);
    } else if ('feeds' in use) {
      for (const code of use.feeds) this.#addWhole(find(code), column);
    } else if ('startsRecord' in use) {
      if (this.startColumn !== null) throw refusal('columns.twoStarts');
      this.startColumn = column;
    } else if ('rowIdsOf' in use) {
      const table = this.#tableFeed(find(use.rowIdsOf));
      if (table.idColumn !== null) throw refusal('columns.sameField', table.field);
      table.idColumn = column;
    } else if ('creates' in use) {
      feed(this.#feeds, this.#created(use), column);
    } else if ('table' in use) {
      const whole = find(use.table);
      if (whole.kind === 'object') {
        this.#addPart(whole, use.field, column);
        return;
      }
      const table = this.#tableFeed(whole);
      const field = table.field.fields?.find(({ code }) => code === use.field) ?? unknown(use.field);
      feed(table.inner ?? new Map<string, Feed>(), this.#writable(field), column, use.option);
    } else {
      feed(this.#feeds, this.#writable(find(use.field)), column, use.option);
    }
  }

  #addWhole(field: TargetField, column: number): void {
    if (field.kind !== 'recordNumber') {
      feed(this.#feeds, this.#writable(field), column);
      return;
    }
    if (this.#plan.mode === 'add' || this.#plan.key !== field.code) {
      throw refusal('columns.onlyAsKey', field);
    }
    if (this.recordNumber !== null) throw refusal('columns.sameField', field);
    this.recordNumber = { field, column };
  }

  #addPart(field: TargetField, code: string, column: number): void {
    const part = field.fields?.find((one) => one.code === code);
    if (part === undefined) {
      throw new ExpectedError(
        mappingMessage('columns.unknownPart', { field: field.label, part: shorten(code) }),
      );
    }
    const found = this.#feeds.get(field.code);
    if (found === undefined) {
      this.#feeds.set(field.code, { field, columns: [column], options: null, parts: [part], idColumn: null });
    } else if (found.parts === undefined || found.parts.includes(part)) {
      throw refusal('columns.sameField', field);
    } else {
      found.columns.push(column);
      found.parts.push(part);
    }
  }

  /** What is there already is looked at like any other field. */
  #created(use: CreatingUse): TargetField {
    const field = fieldToCreate(this.#schema, use);
    if (typeof field !== 'string') return this.#writable(field);
    throw new ExpectedError(
      mappingMessage(CREATE_REFUSALS[field], { field: shorten(use.creates), target: this.#schema.name }),
    );
  }

  addConstant(field: TargetField, text: string): void {
    const writable = this.#writable(field);
    if (this.#feeds.has(field.code)) throw refusal('columns.constantAndColumn', field);
    if (field.unique) throw refusal('columns.constantUnique', field);
    this.#feeds.set(field.code, {
      field: writable,
      columns: [],
      options: null,
      constant: text,
      idColumn: null,
    });
  }

  #tableFeed(field: TargetField): Feed {
    if (field.kind !== 'table') throw refusal('columns.notATable', field);
    const found = this.#feeds.get(field.code);
    if (found !== undefined) return found;
    const table: Feed = { field, columns: [], options: null, inner: new Map(), idColumn: null };
    this.#feeds.set(field.code, table);
    return table;
  }

  #writable(field: TargetField): TargetField {
    if (field.kind === 'readOnly' || field.kind === 'recordNumber') {
      throw refusal('columns.notWritable', field);
    }
    if (field.kind === 'table') throw refusal('columns.wholeTable', field);
    if (field.onlyWhenAdding === true && !addsRecords(this.#plan.mode)) {
      throw refusal('columns.onlyWhenAdding', field);
    }
    return field;
  }

  fields(): LayoutField[] {
    return [...this.#feeds.values()].map(layoutField);
  }
}

const CREATE_REFUSALS = {
  notPossible: 'columns.cantCreate',
  badName: 'columns.badPropertyName',
  otherType: 'columns.otherCreatedType',
} as const satisfies Readonly<
  Record<Extract<ReturnType<typeof fieldToCreate>, string>, Parameters<typeof mappingMessage>[0]>
>;

function checkCreated(schema: TargetSchema, fields: readonly LayoutField[]): void {
  const count = fields.filter(({ field }) => field.created === true).length;
  const left = propertiesLeft(schema);
  if (count > left) {
    const args = { target: schema.name, count, left };
    throw new ExpectedError(mappingMessage('columns.tooManyCreated', args));
  }
}

function feed(feeds: Map<string, Feed>, field: TargetField, column: number, option?: string): void {
  const found = feeds.get(field.code);
  if (option !== undefined && !(field.kind === 'choices' && (field.options?.includes(option) ?? false))) {
    throw new ExpectedError(
      mappingMessage('columns.unknownOption', { field: field.label, option: shorten(option) }),
    );
  }
  if (found === undefined) {
    const options = option === undefined ? null : [option];
    feeds.set(field.code, { field, columns: [column], options, idColumn: null });
  } else if (option === undefined || (found.options?.includes(option) ?? true)) {
    throw refusal('columns.sameField', field);
  } else {
    found.columns.push(column);
    found.options?.push(option);
  }
}

function layoutField({ field, columns, options, parts, constant, inner, idColumn }: Feed): LayoutField {
  if (inner?.size === 0) throw refusal('columns.onlyRowIds', field);
  return {
    field,
    columns,
    ...(options === null ? {} : { options }),
    ...(parts === undefined ? {} : { parts }),
    ...(constant === undefined ? {} : { constant }),
    ...(inner === undefined ? {} : { inner: [...inner.values()].map(layoutField) }),
    ...(idColumn === null ? {} : { idColumn }),
  };
}

/** An object that lacks a part it needs would be refused in every row; one that is merged has it. */
function checkParts({ field, parts }: LayoutField): void {
  if (parts === undefined) return;
  const lacking = (field.fields ?? []).filter((part) => isNeeded(part) && !parts.includes(part));
  if (lacking.length === 0) return;
  const names = lacking.map(({ code }) => code).join(', ');
  throw new ExpectedError(mappingMessage('columns.partsMissing', { field: field.label, names }));
}

function keyOf(
  schema: TargetSchema,
  plan: ImportPlan,
  fields: readonly LayoutField[],
  recordNumber: Draft['recordNumber'],
): LayoutKey {
  const { key: code } = plan;
  if (code === undefined) throw refusal('columns.noKey');
  const field = schema.fields.find((one) => one.code === code) ?? unknown(code);
  const possible = keyFields(schema);
  if (!possible.includes(field)) throw notAKey(schema, field, possible);
  if (field.kind === 'recordNumber') {
    if (recordNumber === null) throw refusal('columns.keyWithoutColumn', field);
    return { ...recordNumber, index: null };
  }
  const index = fields.findIndex((one) => one.field === field);
  const column = fields[index]?.columns[0];
  if (column === undefined) throw refusal('columns.keyWithoutColumn', field);
  return { field, column, index };
}

function notAKey(schema: TargetSchema, field: TargetField, possible: readonly TargetField[]): ExpectedError {
  if (possible.length === 0 || schema.fields.some(({ kind }) => kind === 'recordNumber')) {
    return refusal('columns.notAKey', field);
  }
  const keys = possible.slice(0, 5).map(({ label }) => label);
  return new ExpectedError(
    mappingMessage('columns.notAKeyHere', { field: field.label, keys: keys.join(', ') }),
  );
}

function innerOrUnknown(schema: TargetSchema, code: string): never {
  for (const { fields } of schema.fields) {
    const inner = fields?.find((field) => field.code === code);
    if (inner !== undefined) throw refusal('columns.constantInTable', inner);
  }
  return unknown(code);
}

function unknown(code: string): never {
  throw new ExpectedError(mappingMessage('columns.unknownField', { field: shorten(code) }));
}

function refusal(code: Parameters<typeof mappingMessage>[0], field?: TargetField): ExpectedError {
  return new ExpectedError(mappingMessage(code, field === undefined ? undefined : { field: field.label }));
}
