import assert from 'node:assert/strict';
import { normalizeKey } from '../../../src/core/mapping/keys';
import type { KeyRules } from '../../../src/core/mapping/keys';
import { Refusal } from '../../../src/core/mapping/refusal';
import type { TargetField } from '../../../src/core/mapping/schema';
import { field } from './support';

function check(
  table: readonly (readonly [text: string, expected: string])[],
  one: TargetField,
  rules?: KeyRules,
) {
  for (const [text, expected] of table) {
    const key = normalizeKey(one, text, rules);
    const found = key instanceof Refusal ? `!${key.messages.map(({ code }) => code).join(' ')}` : key;
    assert.equal(found, expected, JSON.stringify(text));
  }
}

describe('keys', () => {
  it('of numbers are one for all ways to write a number', () => {
    const one = field({ kind: 'number', nativeType: 'NUMBER', unique: true, required: true });
    check(
      [
        ['1', '1'],
        ['1.0', '1'],
        ['１', '1'],
        ['+1', '1'],
        ['001', '1'],
        ['1e0', '1'],
        ['0.10', '0.1'],
        ['.1', '0.1'],
        ['-0', '0'],
        ['-1.50', '-1.5'],
        ['1,000', '1000'],
        ['1E+3', '1000'],
        ['12345678901234567890', '12345678901234567890'],
        ['', ''],
        [' ', ''],
        ['x', '!value.notANumber'],
      ],
      one,
    );
    check([['1.23', '!value.decimalPlaces']], one, {
      numberPrecision: { integerDigits: 12, decimalPlaces: 1 },
    });
  });

  it('of texts are the texts themselves, unless there are but spaces', () => {
    check(
      [
        ['a', 'a'],
        [' a ', ' a '],
        ['A', 'A'],
        ['Ａ', 'Ａ'],
        ['1.0', '1.0'],
        ['', ''],
        ['  ', ''],
      ],
      field({ kind: 'text', unique: true }),
    );
  });

  it('of records are their numbers, with or without the code of the app', () => {
    const one = field({ kind: 'recordNumber', nativeType: 'RECORD_NUMBER' });
    const plain = [
      ['12', '12'],
      ['012', '12'],
      ['１２', '12'],
      [' 12 ', '12'],
      ['', ''],
      ['0', '!value.notARecordNumber'],
      ['-12', '!value.notARecordNumber'],
      ['1.5', '!value.notARecordNumber'],
      ['x', '!value.notARecordNumber'],
      ['OTHER-12', '!value.notARecordNumber'],
    ] as const;
    check([...plain, ['APP-12', '!value.notARecordNumber']], one);
    for (const recordNumberPrefix of ['APP', 'APP-', 'app']) {
      check([...plain, ['APP-12', '12'], ['APP-012', '12'], ['APP12', '!value.notARecordNumber']], one, {
        recordNumberPrefix,
      });
    }
    check([['my-app-3', '3']], one, { recordNumberPrefix: 'MY-APP' });
  });
});
