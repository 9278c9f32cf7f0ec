import type { AppDefinition, FieldDefinition } from '../apps/definition';
import { isStored } from '../apps/definition';
import type { CompiledField } from './compiledField';
import { compileField } from './compiledField';
import { RecordStore } from './recordStore';

const GUARDED: ReadonlySet<string> = new Set(['CALC', 'CREATOR', 'CREATED_TIME', 'MODIFIER', 'UPDATED_TIME']);

/** An app at work: its definition, its fields made ready, and its records. */
export class App {
  readonly stored: readonly CompiledField[];
  readonly records: RecordStore;
  /** Fields a request may not fill: calculated ones, and who and when. */
  readonly guarded: readonly { readonly code: string; readonly calculated: boolean }[];
  readonly createdAt = new Date().toISOString();
  readonly #fields: ReadonlyMap<string, FieldDefinition>;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(readonly definition: AppDefinition) {
    this.stored = definition.fields
      .filter(isStored)
      .map((field) => compileField(field, definition.numberPrecision));
    this.records = new RecordStore(this.stored);
    this.guarded = definition.fields
      .filter(({ type }) => GUARDED.has(type))
      .map(({ code, type }) => ({ code, calculated: type === 'CALC' }));
    this.#fields = new Map(definition.fields.map((field) => [field.code, field]));
    this.#indexes = new Map(this.stored.map(({ code }, index) => [code, index]));
  }

  get id(): string {
    return this.definition.id;
  }

  field(code: string): FieldDefinition | undefined {
    return this.#fields.get(code);
  }

  /** Place of a stored field's value in a record; -1 when it is not stored. */
  indexOf(code: string): number {
    return this.#indexes.get(code) ?? -1;
  }
}
