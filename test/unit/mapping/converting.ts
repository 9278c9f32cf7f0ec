import assert from 'node:assert/strict';
import { converterFor } from '../../../src/core/mapping/converters';
import type { ConversionOptions } from '../../../src/core/mapping/converters';
import type { RecordValue } from '../../../src/core/mapping/record';
import { Refusal } from '../../../src/core/mapping/refusal';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';

export interface ConvertOptions extends ConversionOptions {
  readonly precision?: TargetSchema['numberPrecision'];
  readonly inTable?: boolean;
}

interface Problems {
  readonly codes: readonly string[];
  readonly args: readonly unknown[];
}

/** What one cell becomes: the value, or the codes and arguments of its problems. */
export function convert(
  cell: string,
  field: TargetField,
  options: ConvertOptions = {},
): RecordValue | Problems {
  const { precision, inTable, ...rest } = options;
  const schema: TargetSchema = {
    id: '1',
    name: 'App',
    url: 'https://example.cybozu.com/k/1/',
    fields: [field],
    ...(precision === undefined ? {} : { numberPrecision: precision }),
  };
  const value = converterFor(field, schema, rest, inTable)(cell);
  return value instanceof Refusal
    ? {
        codes: value.messages.map(({ code }) => code),
        args: value.messages.map(({ args }) => args),
      }
    : value;
}

/** The codes of a cell's problems, or `null` when it has none. */
export function problemOf(cell: string, field: TargetField, options?: ConvertOptions): string | null {
  const result = convert(cell, field, options);
  return typeof result === 'object' && 'codes' in result ? result.codes.join(' ') : null;
}

export type Table = readonly (readonly [cell: string, expected: unknown])[];

/** An expected text that starts with `!` is the codes of the problems. */
export function check(table: Table, field: TargetField, options?: ConvertOptions): void {
  for (const [cell, expected] of table) {
    if (typeof expected === 'string' && expected.startsWith('!')) {
      assert.equal(problemOf(cell, field, options), expected.slice(1), JSON.stringify(cell));
    } else {
      assert.deepEqual(convert(cell, field, options), expected, JSON.stringify(cell));
    }
  }
}

/** Each cell is refused with one code and, besides field and value, these arguments. */
export function refuses(
  table: readonly (readonly [cell: string, code: string, args: Readonly<Record<string, string | number>>])[],
  field: TargetField,
  options?: ConvertOptions,
): void {
  for (const [cell, code, args] of table) {
    const result = convert(cell, field, options);
    assert.ok(typeof result === 'object' && 'codes' in result, JSON.stringify(cell));
    assert.deepEqual(result.codes, [code], JSON.stringify(cell));
    const [given] = result.args as readonly Record<string, unknown>[];
    assert.deepEqual({ ...given, ...args }, given, JSON.stringify(cell));
  }
}
