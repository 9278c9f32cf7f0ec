import type { FieldDefinition, NumberPrecision } from '../apps/definition';
import { isStored } from '../apps/definition';
import { compileField } from './compiledField';
import type { CompiledField, Fields, GuardedField } from './field';
import type { RecordSettings } from './options';
import { compileTable } from './tableField';

/** The fields of an app made ready. */
export class FieldSet implements Fields {
  readonly stored: readonly CompiledField[];
  readonly guarded: readonly GuardedField[];
  readonly lookups: readonly CompiledField[];
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(
    definitions: readonly FieldDefinition[],
    precision: NumberPrecision,
    settings: RecordSettings,
    inTable = false,
  ) {
    const copied = new Set(
      definitions.flatMap((field) => ('lookup' in field ? field.lookup.copies.map(({ to }) => to) : [])),
    );
    this.stored = definitions
      .filter(isStored)
      .map((field) =>
        field.type === 'SUBTABLE'
          ? compileTable(field, new FieldSet(field.fields, precision, settings, true))
          : compileField(field, precision, settings, { inTable, copied: copied.has(field.code) }),
      );
    this.guarded = definitions.flatMap(({ code, type }) => {
      switch (type) {
        case 'CALC':
        case 'CREATOR':
        case 'CREATED_TIME':
        case 'MODIFIER':
        case 'UPDATED_TIME':
          return [{ code, type }];
        default:
          return [];
      }
    });
    this.lookups = this.stored.filter(
      ({ lookup, inner }) => lookup !== undefined || (inner !== undefined && inner.lookups.length > 0),
    );
    this.#indexes = new Map(this.stored.map(({ code }, index) => [code, index]));
  }

  indexOf(code: string): number {
    return this.#indexes.get(code) ?? -1;
  }
}
