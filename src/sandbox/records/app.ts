import type { AppDefinition, FieldDefinition, TableField } from '../apps/definition';
import type { CompiledField } from './field';
import { FieldSet } from './fieldSet';
import { recordSettings } from './options';
import type { RecordSettings } from './options';
import { RecordStore } from './recordStore';

/** An app at work: its definition, its fields made ready, and its records. */
export class App {
  readonly fields: FieldSet;
  readonly stored: readonly CompiledField[];
  readonly records: RecordStore;
  readonly createdAt = new Date().toISOString();
  readonly #fields: ReadonlyMap<string, FieldDefinition>;
  readonly #inner: ReadonlyMap<string, TableField>;

  constructor(
    readonly definition: AppDefinition,
    settings: RecordSettings = recordSettings({}),
  ) {
    this.fields = new FieldSet(definition.fields, definition.numberPrecision, settings);
    this.stored = this.fields.stored;
    this.records = new RecordStore(this.fields.stored);
    this.#fields = new Map(definition.fields.map((field) => [field.code, field]));
    const tables = definition.fields.filter((field) => field.type === 'SUBTABLE');
    this.#inner = new Map(tables.flatMap((table) => table.fields.map(({ code }) => [code, table])));
  }

  get id(): string {
    return this.definition.id;
  }

  field(code: string): FieldDefinition | undefined {
    return this.#fields.get(code);
  }

  /** The table a field is in; undefined for fields of the record itself. Codes are unique in the whole app. */
  tableOf(code: string): TableField | undefined {
    return this.#inner.get(code);
  }

  /** Place of a stored field's value in a record; -1 when it is not stored. */
  indexOf(code: string): number {
    return this.fields.indexOf(code);
  }
}
