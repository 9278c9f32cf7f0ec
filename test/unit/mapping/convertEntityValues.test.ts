import type { NumberForm, TargetField } from '../../../src/core/mapping/schema';
import { check, refuses } from './converting';
import { field } from './support';

const numberOf = (numberForm: NumberForm, parts: Partial<TargetField> = {}): TargetField =>
  field({ kind: 'number', nativeType: `Edm.${numberForm}`, numberForm, ...parts });

describe('cells of a boolean', () => {
  const inStock = field({ kind: 'boolean', nativeType: 'Edm.Boolean' });

  it('say true or false in the words that mean nothing else', () => {
    const yes = [
      'true',
      'TRUE',
      ' True ',
      'ｔｒｕｅ',
      't',
      'yes',
      'Y',
      'on',
      '1',
      '１',
      'はい',
      '真',
      'オン',
    ];
    const no = ['false', 'FALSE', 'f', 'No', 'n', 'off', '0', '０', 'いいえ', '偽', 'オフ'];
    check(
      [...yes.map((cell) => [cell, 'true'] as const), ...no.map((cell) => [cell, 'false'] as const)],
      inStock,
    );
  });

  it('are refused when they may mean something else, with what is taken', () => {
    for (const cell of ['○', '〇', '×', '2', '-1', '1.0', 'yes!', 'maybe', 'ja', 'null']) {
      refuses([[cell, 'value.notABoolean', { value: cell }]], inStock);
    }
  });

  it('say nothing when they are blank, unless a value is required', () => {
    check(
      [
        ['', ''],
        ['  ', ''],
      ],
      inStock,
    );
    check([['', '!value.required']], { ...inStock, required: true });
  });
});

describe('cells of whole numbers of 32 bits', () => {
  it('are sent without point, exponent and plus sign', () => {
    check(
      [
        ['12', '12'],
        ['12.0', '12'],
        ['12.', '12'],
        ['1.2e3', '1200'],
        ['+5', '5'],
        ['-0', '0'],
        ['007', '7'],
        ['１，２００', '1200'],
        ['¥1,200', '1200'],
        ['2147483647', '2147483647'],
        ['-2147483648', '-2147483648'],
        ['-2147483648.000', '-2147483648'],
        ['', ''],
      ],
      numberOf('int32'),
    );
  });

  it('are refused when they have a fraction or are out of range', () => {
    refuses(
      [
        ['12.5', 'value.notWhole', { value: '12.5' }],
        ['1e-3', 'value.notWhole', {}],
        ['1e-999', 'value.notWhole', {}],
        ['2147483648', 'value.numberTooLarge', { max: '2147483647' }],
        ['-2147483649', 'value.numberTooSmall', { min: '-2147483648' }],
        ['1e400', 'value.numberTooLarge', { max: '2147483647' }],
        ['twelve', 'value.notANumber', {}],
      ],
      numberOf('int32'),
    );
    refuses([['11', 'value.numberTooLarge', { max: '10' }]], numberOf('int32', { maxValue: '10' }));
  });
});

describe('cells of singles', () => {
  it('are taken with at most five digits on each side of the point, and whole', () => {
    check(
      [
        ['1.5', '1.5'],
        ['1.50', '1.50'],
        ['.5', '0.5'],
        ['-0.25', '-0.25'],
        ['2.0', '2.0'],
        ['99999.5', '99999.5'],
        ['0.00001', '0.00001'],
        ['16777216', '16777216'],
        ['1e10', '10000000000'],
        ['0', '0'],
      ],
      numberOf('single'),
    );
  });

  it('are refused when digits would be lost, or are too many for the endpoint', () => {
    refuses(
      [
        ['0.000001', 'value.decimalPlaces', { max: 5, count: 6 }],
        ['123456.5', 'value.integerDigits', { max: 5, count: 6 }],
        ['12345.67891', 'value.digitsLost', { value: '12345.67891', kept: '12345.679' }],
        ['16777217', 'value.digitsLost', { kept: '16777216' }],
        ['1e39', 'value.numberTooLarge', { max: '3.4028235e38' }],
        ['-1e39', 'value.numberTooSmall', { min: '-3.4028235e38' }],
      ],
      numberOf('single'),
    );
  });
});

describe('cells of doubles', () => {
  it('are sent as decimals without exponent', () => {
    check(
      [
        ['0.1', '0.1'],
        ['0.30000000000000004', '0.30000000000000004'],
        ['9007199254740992', '9007199254740992'],
        ['1e21', '1000000000000000000000'],
        ['1.5e-7', '0.00000015'],
        ['1.79e308', `179${'0'.repeat(306)}`],
        ['2.23e-308', `0.${'0'.repeat(307)}223`],
        ['-12.50', '-12.50'],
        ['0.0', '0'],
        ['0e999', '0'],
      ],
      numberOf('double'),
    );
  });

  it('are refused when digits would be lost or they are out of range', () => {
    refuses(
      [
        ['9007199254740993', 'value.digitsLost', { kept: '9007199254740992' }],
        ['0.12345678901234567890', 'value.digitsLost', { kept: '0.12345678901234568' }],
        ['1.8e308', 'value.numberTooLarge', { max: '1.79e308' }],
        ['-1e999', 'value.numberTooSmall', { min: '-1.79e308' }],
        ['1e-308', 'value.numberTooNearZero', { least: '2.23e-308' }],
        ['-1e-999', 'value.numberTooNearZero', {}],
      ],
      numberOf('double'),
    );
  });
});

describe('cells of moments that are kept to the millisecond', () => {
  const released = field({ kind: 'datetime', nativeType: 'Edm.DateTime', precision: 'millisecond' });
  const tokyo = { timeZone: 'Asia/Tokyo' };

  it('keep their seconds and milliseconds, in all forms of dates', () => {
    check(
      [
        ['2026-11-22T03:04:05.678Z', '2026-11-22T03:04:05.678Z'],
        ['2026-11-22T03:04:05Z', '2026-11-22T03:04:05.000Z'],
        ['2026-11-22 12:04:05.6', '2026-11-22T03:04:05.600Z'],
        ['2026-11-22 12:04:05.678000', '2026-11-22T03:04:05.678Z'],
        ['2026/11/22 12:04', '2026-11-22T03:04:00.000Z'],
        ['2026-11-22', '2026-11-21T15:00:00.000Z'],
        ['2026年11月22日 午後0時4分', '2026-11-22T03:04:00.000Z'],
        ['2026年11月22日12時4分5秒', '2026-11-22T03:04:05.000Z'],
        ['令和8年11月22日 12:04:05', '2026-11-22T03:04:05.000Z'],
        ['2026-11-22T03:04:05.678-01:30', '2026-11-22T04:34:05.678Z'],
        ['2026-11-22 12:04:05.5 PM', '2026-11-22T03:04:05.500Z'],
        ['', ''],
      ],
      released,
      tokyo,
    );
  });

  it('are read as OData writes them', () => {
    check(
      [
        ['/Date(1763780645678)/', '2025-11-22T03:04:05.678Z'],
        ['\\/Date(0)\\/', '1970-01-01T00:00:00.000Z'],
        ['/Date(-6847804800000)/', '1753-01-01T00:00:00.000Z'],
        ['/Date(253402300799999)/', '9999-12-31T23:59:59.999Z'],
      ],
      released,
    );
  });

  it('are refused outside of the years that are kept', () => {
    refuses(
      [
        ['/Date(-6847804800001)/', 'value.momentRange', {}],
        ['/Date(253402300800000)/', 'value.momentRange', {}],
        ['1752-12-31T23:59:59.999Z', 'value.momentRange', {}],
        ['0999-01-01', 'value.momentRange', {}],
        ['12026-01-01', 'value.momentRange', {}],
      ],
      released,
    );
  });

  it('are refused when they are finer, with what would be kept', () => {
    refuses(
      [
        [
          '2026-11-22T03:04:05.678901Z',
          'value.finerThanMillisecond',
          { value: '2026-11-22T03:04:05.678901Z', suggestion: '2026-11-22T03:04:05.678Z' },
        ],
      ],
      released,
    );
  });

  it('are nothing of the sort where minutes are kept', () => {
    const minutes = field({ kind: 'datetime' });
    check(
      [
        ['2026-11-22T03:04:05.678Z', '2026-11-22T03:04:00Z'],
        ['/Date(0)/', '!value.notADateTime'],
      ],
      minutes,
    );
  });
});

describe('cells of texts that are limited by bytes', () => {
  const text = field({ kind: 'multilineText', nativeType: 'Edm.String', maxBytes: 51_200 });

  it('may have as many bytes in UTF-8, however many characters these are', () => {
    check(
      [
        ['a\nb', 'a\nb'],
        ['x'.repeat(51_200), 'x'.repeat(51_200)],
        [`${'あ'.repeat(17_066)}ab`, `${'あ'.repeat(17_066)}ab`],
        ['😀'.repeat(12_800), '😀'.repeat(12_800)],
      ],
      text,
    );
    refuses(
      [
        ['x'.repeat(51_201), 'value.tooManyBytes', { max: 51_200, bytes: 51_201 }],
        ['あ'.repeat(17_067), 'value.tooManyBytes', { bytes: 51_201 }],
        [`${'😀'.repeat(12_800)}!`, 'value.tooManyBytes', { bytes: 51_201 }],
      ],
      text,
    );
  });
});

describe('cells of ids', () => {
  const id = field({
    kind: 'text',
    code: '__id',
    nativeType: 'Edm.String',
    unique: true,
    hasDefault: true,
    minLength: 1,
    maxLength: 400,
  });

  it('have up to 400 characters of one line, and none is left to the endpoint', () => {
    check(
      [
        ['a-1', 'a-1'],
        [' a/1’s ', ' a/1’s '],
        ['x'.repeat(400), 'x'.repeat(400)],
        ['😀'.repeat(400), '😀'.repeat(400)],
        ['', ''],
        ['  ', ''],
      ],
      id,
    );
    refuses([['x'.repeat(401), 'value.tooLong', { max: 400, length: 401 }]], id);
    for (const end of ['\n', '\r', '\u0085', '\u2028', '\u2029'])
      refuses([[`a${end}b`, 'value.lineBreak', {}]], id);
  });

  it('have no sign by which nobody could find them again', () => {
    for (const sign of ['\t', '\0', '\u007f', '\ud800']) {
      refuses([[`a${sign}b`, 'key.controlCharacter', { field: 'Field' }]], id);
    }
    const text = field({ kind: 'multilineText', nativeType: 'Edm.String' });
    check([['a\tb', 'a\tb']], text);
  });
});
