import { check, refuses } from './converting';
import { field } from './support';

const NUMBER = field({ kind: 'number', nativeType: 'NUMBER' });
const precision = { integerDigits: 12, decimalPlaces: 4 };

describe('numbers', () => {
  it('are sent in digits, sign and point', () => {
    check(
      [
        ['', ''],
        ['   ', ''],
        ['\u3000', ''],
        ['0', '0'],
        ['-0', '-0'],
        ['007', '7'],
        [' 12 ', '12'],
        ['+5', '5'],
        ['.5', '0.5'],
        ['-.50', '-0.5'],
        ['5.', '5'],
        ['1.50', '1.50'],
        ['1.5e1', '15'],
        ['1E+3', '1000'],
        ['-12e-3', '-0.012'],
        ['0e99', '0'],
        ['123456789012.1234', '123456789012.1234'],
        ['-123456789012', '-123456789012'],
        ['1.50000000', '1.50000000'],
      ],
      NUMBER,
      { precision },
    );
  });

  it('may be written as people do where only one number can be meant', () => {
    check(
      [
        ['１２３', '123'],
        ['－１２．５', '-12.5'],
        ['＋５', '5'],
        ['−3', '-3'],
        ['　１２　', '12'],
        ['1,000', '1000'],
        ['-1,234,567.5', '-1234567.5'],
        ['１，２３４', '1234'],
        ['¥5', '5'],
        ['￥1,980', '1980'],
        ['\\1,980', '1980'],
        ['1,980円', '1980'],
        ['$ 3.50', '3.50'],
        ['3.50 €', '3.50'],
        ['£10', '10'],
        ['-¥5', '-5'],
        ['¥-5', '-5'],
        ['▲3', '-3'],
        ['△ 1,000', '-1000'],
        ['▲¥1,000', '-1000'],
        ['(5)', '-5'],
        ['（１，０００）', '-1000'],
        ['(¥1,000)', '-1000'],
        ['¥(1,000)', '-1000'],
      ],
      NUMBER,
      { precision },
    );
  });

  it('are refused with what to write where they could mean something else', () => {
    refuses(
      [
        ['1,5', 'value.notANumberComma', { point: '1.5', without: '15' }],
        ['-1234,567', 'value.notANumberComma', { point: '-1234.567', without: '-1234567' }],
        ['0,123', 'value.notANumberComma', { point: '0.123', without: '0123' }],
        ['1,0000', 'value.notANumberComma', { point: '1.0000', without: '10000' }],
        ['1.000,5', 'value.notANumberNear', { suggestion: '1000.5' }],
        ['1.000.000', 'value.notANumberNear', { suggestion: '1000000' }],
        ['12,34,567', 'value.notANumberNear', { suggestion: '1234567' }],
        ['1 000', 'value.notANumberNear', { suggestion: '1000' }],
        ['1’000.5', 'value.notANumberNear', { suggestion: '1000.5' }],
        ['–5', 'value.notANumberNear', { suggestion: '-5' }],
        ['ー５', 'value.notANumberNear', { suggestion: '-5' }],
        ['5-', 'value.notANumberNear', { suggestion: '-5' }],
        ['5%', 'value.notANumberPercent', { percent: '5', fraction: '0.05' }],
        ['12.5％', 'value.notANumberPercent', { percent: '12.5', fraction: '0.125' }],
        ['-150%', 'value.notANumberPercent', { percent: '-150', fraction: '-1.5' }],
      ],
      NUMBER,
    );
    check(
      [
        ['12abc', '!value.notANumber'],
        ['0x10', '!value.notANumber'],
        ['.', '!value.notANumber'],
        ['e5', '!value.notANumber'],
        ['Infinity', '!value.notANumber'],
        ['1-2', '!value.notANumber'],
        ['--5', '!value.notANumber'],
        ['-(5)', '!value.notANumber'],
        ['▲-5', '!value.notANumber'],
        ['-', '!value.notANumber'],
        ['()', '!value.notANumber'],
        ['%', '!value.notANumber'],
        ['5²', '!value.notANumber'],
        ['①', '!value.notANumber'],
        ['½', '!value.notANumber'],
        ['5万', '!value.notANumber'],
        ['5個', '!value.notANumber'],
        ['¥$5', '!value.notANumber'],
        ['約5', '!value.notANumber'],
        [`${'9'.repeat(300)}x`, '!value.notANumber'],
      ],
      NUMBER,
    );
  });

  it('are read by the unit of their field', () => {
    check(
      [
        ['5%', '5'],
        ['12.5 ％', '12.5'],
        ['-5%', '-5'],
        ['5', '5'],
        ['¥5', '!value.otherUnit'],
      ],
      { ...NUMBER, unit: '%' },
    );
    check(
      [
        ['1,000円', '1000'],
        ['¥1,000', '1000'],
        ['$5', '!value.otherUnit'],
        ['5%', '!value.otherUnit'],
      ],
      { ...NUMBER, unit: '円' },
    );
    check(
      [
        ['1,000千円', '1000'],
        ['1,000円', '!value.otherUnit'],
      ],
      { ...NUMBER, unit: '千円' },
    );
    check(
      [
        ['5 kg', '5'],
        ['5g', '!value.notANumber'],
        ['¥5', '!value.otherUnit'],
      ],
      { ...NUMBER, unit: 'kg' },
    );
    check([['5', '5']], { ...NUMBER, unit: '5' });
  });

  it('are compared with their limits as decimals, not as doubles', () => {
    check(
      [
        ['9007199254740993', '9007199254740993'],
        ['9007199254740993.0', '9007199254740993.0'],
        ['9007199254740993.00001', '!value.numberTooLarge'],
        ['9,007,199,254,740,994', '!value.numberTooLarge'],
        ['9.007199254740993e15', '9007199254740993'],
        ['1e16', '!value.numberTooLarge'],
        ['-0.1', '-0.1'],
        ['-0.10000000000000000001', '!value.numberTooSmall'],
        ['▲1', '!value.numberTooSmall'],
        ['0', '0'],
        ['-0.05', '-0.05'],
        ['1e-99999999999999999999', '1e-99999999999999999999'],
      ],
      { ...NUMBER, minValue: '-0.1', maxValue: '9007199254740993' },
    );
    check(
      [
        ['5', '5'],
        ['4.9999', '!value.numberTooSmall'],
        ['-1', '!value.numberTooSmall'],
      ],
      { ...NUMBER, minValue: '5' },
    );
    // The nearest double of the limit is 1.
    check([['1', '!value.numberTooSmall']], { ...NUMBER, minValue: '1.00000000000000001' });
    check(
      [
        ['-5', '-5'],
        ['-4', '!value.numberTooLarge'],
        ['-10', '-10'],
      ],
      { ...NUMBER, maxValue: '-5' },
    );
  });

  it('must fit the digits that the app keeps, so that none is rounded away', () => {
    check(
      [
        ['999999999999', '999999999999'],
        ['1000000000000', '!value.integerDigits'],
        ['1,000,000,000,000', '!value.integerDigits'],
        ['0001000000000000', '!value.integerDigits'],
        ['1e12', '!value.integerDigits'],
        ['1e999999999999999999999', '!value.integerDigits'],
        ['0.1234', '0.1234'],
        ['0.12345', '!value.decimalPlaces'],
        ['¥0.12345', '!value.decimalPlaces'],
        ['0.12340', '0.12340'],
        ['12345e-5', '!value.decimalPlaces'],
        ['1e-4', '0.0001'],
      ],
      NUMBER,
      { precision },
    );
    check([['1.2', '!value.decimalPlaces']], NUMBER, {
      precision: { integerDigits: 16, decimalPlaces: 0 },
    });
  });
});
