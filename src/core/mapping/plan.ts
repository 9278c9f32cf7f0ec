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
  | { readonly startsRecord: true };

/** What each column of the file becomes; null when it is not imported. */
export type ColumnPlan = readonly (ColumnUse | null)[];

/** `addOrUpdate`: rows whose key is at the endpoint change its record, the others make new ones. */
export type ImportMode = 'add' | 'update' | 'addOrUpdate';

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
  /** Only of the mode `addOrUpdate`; `refuse` when absent. An update always leaves such rows out as problems. */
  readonly blankKeys?: BlankKeys;
  /** Absolute path of the only folder that attachments are taken from. */
  readonly attachmentsFolder?: string;
}
