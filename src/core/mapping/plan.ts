/** What the cells of one column become. */
export type ColumnUse =
  /** The value of the field with this code; of the key, when the code is the plan's key. */
  | string
  /** One option of a field of several choices (`Field[Option]`): `1` chooses it. */
  | { readonly field: string; readonly option: string }
  /** A field of a table, whole or one option of it. */
  | { readonly table: string; readonly field: string; readonly option?: string }
  /** The ids that the rows of a table have at the endpoint. */
  | { readonly rowIdsOf: string }
  /** Any text starts a record; rows without it add rows to the tables of the record above. */
  | { readonly startsRecord: true }
  /** The values of several fields at once, such as a property and the id made from it. */
  | { readonly feeds: readonly string[] }
  /** A property that the first record with a value creates; its type can't be changed afterwards. */
  | { readonly creates: string; readonly type: CreatedType };

export const CREATED_TYPES = ['text', 'number', 'boolean'] as const;
/** What a created property holds. */
export type CreatedType = (typeof CREATED_TYPES)[number];

/** What each column of the file becomes; null when it is not imported. */
export type ColumnPlan = readonly (ColumnUse | null)[];

/** Codes of the fields whose whole values a column gives. */
export function wholeFields(use: ColumnUse | null): readonly string[] {
  if (typeof use === 'string') return [use];
  return use !== null && 'feeds' in use ? use.feeds : [];
}

/** A column that gives a field its whole value, and now this one too; null when what it gives is no whole value. */
export function feedingToo(use: ColumnUse | null, code: string): ColumnUse | null {
  if (use === null) return code;
  const codes = wholeFields(use).filter((one) => one !== code);
  return codes.length === 0 ? null : { feeds: [...codes, code] };
}

/** The column that gives a field its whole value; -1 when none does. */
export function columnOf(columns: ColumnPlan, code: string): number {
  return columns.findIndex((use) => wholeFields(use).includes(code));
}

export const IMPORT_MODES = ['add', 'update', 'addOrUpdate', 'replace', 'addOrReplace'] as const;
/**
 * `update` changes the fields that the file feeds and keeps the others (a merge), `replace` makes the whole record what
 * the file says. `addOr…`: rows whose key is at the endpoint change its record, the others make new ones.
 */
export type ImportMode = (typeof IMPORT_MODES)[number];

/** Whether rows may make new records. */
export function addsRecords(mode: ImportMode): boolean {
  return mode !== 'update' && mode !== 'replace';
}

/** Whether rows may change records that exist; they are found by a key then. */
export function changesRecords(mode: ImportMode): boolean {
  return mode !== 'add';
}

/** Whether a changed record keeps nothing of what it was. */
export function replacesRecords(mode: ImportMode): boolean {
  return mode === 'replace' || mode === 'addOrReplace';
}

/** What happens to rows without a key: they make new records, are left out, or the import is refused. */
export type BlankKeys = 'add' | 'skip' | 'refuse';

/** Everything a person decides about an import but the file and the target. Plain JSON, no secret in it. */
export interface ImportPlan {
  readonly columns: ColumnPlan;
  /** Text, as a cell would hold it, of fields that no column feeds, by field code. */
  readonly constants?: Readonly<Record<string, string>>;
  readonly mode: ImportMode;
  /** Code of the field that finds the record of a row; always given unless the mode is `add`. */
  readonly key?: string;
  /** Only of modes that add and change; `refuse` when absent. Changing alone always leaves such rows out as problems. */
  readonly blankKeys?: BlankKeys;
  /** Absolute path of the only folder that attachments are taken from. */
  readonly attachmentsFolder?: string;
}
