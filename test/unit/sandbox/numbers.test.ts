import assert from 'node:assert/strict';
import { canonicalNumber, compareNumbers, readNumber } from '../../../src/sandbox/records/numbers';

const PRECISION = { digits: 16, decimalPlaces: 4 };

describe('reading numbers', () => {
  const cases: readonly [sent: string, read: string][] = [
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['-0.5', '-0.5'],
    ['007', '7'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.50', '1.50'],
    ['1e3', '1000'],
    ['12.5E-2', '0.125'],
    ['1e-9', '0.0000'],
    ['1e-99999999', '0'],
    ['0e99999999', '0'],
    ['123456789012', '123456789012'],
    ['0.00005', '0.0000'],
    ['0.00015', '0.0002'],
    ['0.000051', '0.0001'],
    ['-1.99995', '-2.0000'],
    ['999.99999', '1000.0000'],
  ];
  for (const [sent, read] of cases) {
    it(`reads ${sent} as ${read}`, () => {
      assert.deepEqual(readNumber(sent, PRECISION), { kind: 'number', text: read });
    });
  }

  for (const sent of ['', '-', '.', 'e5', '1,000', '0x10', 'NaN', 'Infinity', '1 2', '１']) {
    it(`takes ${JSON.stringify(sent)} for no number`, () => {
      assert.deepEqual(readNumber(sent, PRECISION), { kind: 'notANumber' });
    });
  }

  for (const sent of ['1234567890123', '1e12', '1e99999999', '999999999999.99999']) {
    it(`finds too many integer digits in ${sent}`, () => {
      assert.deepEqual(readNumber(sent, PRECISION), { kind: 'tooManyDigits' });
    });
  }

  it('compares beyond what a double holds', () => {
    assert.ok(compareNumbers('900719925474099301', '900719925474099300.5') > 0);
    assert.ok(compareNumbers('-900719925474099301', '-900719925474099300.5') < 0);
    assert.ok(compareNumbers('-1', '12345678901234567890') < 0);
    assert.equal(compareNumbers('12345678901234567.50', '12345678901234567.5'), 0);
  });

  it('writes equal numbers one way', () => {
    assert.deepEqual(['1.50', '1.0', '10', '0.0'].map(canonicalNumber), ['1.5', '1', '10', '0']);
  });
});
