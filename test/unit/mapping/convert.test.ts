import assert from 'node:assert/strict';
import type { TargetField } from '../../../src/core/mapping/schema';
import { convert, field, problemOf } from './support';

type Table = readonly (readonly [cell: string, expected: unknown])[];

/** An expected text that starts with `!` is the code of the problem. */
function check(table: Table, one: TargetField, options?: Parameters<typeof convert>[2]): void {
  for (const [cell, expected] of table) {
    if (typeof expected === 'string' && expected.startsWith('!')) {
      assert.equal(problemOf(cell, one, options), expected.slice(1), JSON.stringify(cell));
    } else {
      assert.deepEqual(convert(cell, one, options), expected, JSON.stringify(cell));
    }
  }
}

describe('text', () => {
  it('is sent exactly as it stands in the file', () => {
    check(
      [
        ['', ''],
        [' a  b ', ' a  b '],
        ['=1+1', '=1+1'],
        ['"quoted"\t\u3000', '"quoted"\t\u3000'],
        ['𠮷野家', '𠮷野家'],
      ],
      field({ kind: 'text' }),
    );
  });

  it('takes line breaks only where there are several lines', () => {
    check(
      [
        ['a\nb', '!value.lineBreak'],
        ['a\rb', '!value.lineBreak'],
      ],
      field({ kind: 'text' }),
    );
    check([['a\r\nb', 'a\r\nb']], field({ kind: 'multilineText', nativeType: 'MULTI_LINE_TEXT' }));
    check([['<b>a</b>\nb', '<b>a</b>\nb']], field({ kind: 'richText', nativeType: 'RICH_TEXT' }));
  });

  it('keeps to the limits of length, and leaves to the endpoint what depends on its way of counting', () => {
    const one = field({ kind: 'text', minLength: 2, maxLength: 3 });
    check(
      [
        ['', ''],
        ['a', '!value.tooShort'],
        ['ab', 'ab'],
        ['abc', 'abc'],
        ['abcd', '!value.tooLong'],
        ['𠮷𠮷𠮷', '𠮷𠮷𠮷'],
        ['𠮷𠮷𠮷𠮷', '!value.tooLong'],
      ],
      one,
    );
  });

  it('takes at most 64 characters where no duplicates are allowed', () => {
    const one = field({ kind: 'text', unique: true });
    check(
      [
        ['x'.repeat(64), 'x'.repeat(64)],
        ['x'.repeat(65), '!value.uniqueTooLong'],
      ],
      one,
    );
    check([['x'.repeat(11), '!value.tooLong']], field({ kind: 'text', unique: true, maxLength: 10 }));
  });

  it('must be there when the field is required, for an empty value takes no default', () => {
    check([['', '!value.required']], field({ kind: 'text', required: true }));
    check([['', '!value.required']], field({ kind: 'text', required: true, hasDefault: true }));
    check([['', '!value.required']], field({ kind: 'number', required: true }));
    check([[' ', '!value.required']], field({ kind: 'date', required: true }));
    check([['', '!value.required']], field({ kind: 'choices', required: true }));
    check([['\n', '!value.required']], field({ kind: 'users', required: true }));
  });
});

describe('numbers', () => {
  const precision = { integerDigits: 12, decimalPlaces: 4 };

  it('are sent as written, spaces around aside', () => {
    check(
      [
        ['', ''],
        ['   ', ''],
        ['0', '0'],
        ['-0', '-0'],
        ['007', '007'],
        [' 12 ', '12'],
        ['+5', '+5'],
        ['.5', '.5'],
        ['5.', '5.'],
        ['1.5e1', '1.5e1'],
        ['1E+3', '1E+3'],
        ['123456789012.1234', '123456789012.1234'],
        ['1.50000000', '1.50000000'],
      ],
      field({ kind: 'number' }),
      { precision },
    );
  });

  it('say what would be taken instead', () => {
    const table: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
      ['1,000', 'value.notANumberNear', { suggestion: '1000' }],
      ['-1,234,567.5', 'value.notANumberNear', { suggestion: '-1234567.5' }],
      ['１２', 'value.notANumberNear', { suggestion: '12' }],
      ['¥5', 'value.notANumberNear', { suggestion: '5' }],
      ['￥1,980', 'value.notANumberNear', { suggestion: '1980' }],
      ['1,980円', 'value.notANumberNear', { suggestion: '1980' }],
      ['−3', 'value.notANumberNear', { suggestion: '-3' }],
      ['▲3', 'value.notANumberNear', { suggestion: '-3' }],
      ['(5)', 'value.notANumberNear', { suggestion: '-5' }],
      ['1 000', 'value.notANumberNear', { suggestion: '1000' }],
      ['5%', 'value.notANumberPercent', { percent: '5', fraction: '0.05' }],
      ['12.5%', 'value.notANumberPercent', { percent: '12.5', fraction: '0.125' }],
      ['-150％', 'value.notANumberPercent', { percent: '-150', fraction: '-1.50' }],
      ['1,5', 'value.notANumber', {}],
      ['12abc', 'value.notANumber', {}],
      ['0x10', 'value.notANumber', {}],
      ['.', 'value.notANumber', {}],
      ['e5', 'value.notANumber', {}],
      ['Infinity', 'value.notANumber', {}],
      ['1-2', 'value.notANumber', {}],
    ];
    for (const [cell, code, args] of table) {
      const result = convert(cell, field({ kind: 'number' }), { precision });
      assert.deepEqual(
        result,
        { codes: [code], args: [{ field: 'Field', value: cell, ...args }] },
        JSON.stringify(cell),
      );
    }
  });

  it('are compared with their limits as decimals, not as doubles', () => {
    const one = field({ kind: 'number', minValue: '-0.1', maxValue: '9007199254740993' });
    check(
      [
        ['9007199254740993', '9007199254740993'],
        ['9007199254740993.0', '9007199254740993.0'],
        ['9007199254740993.00001', '!value.numberTooLarge'],
        ['9007199254740994', '!value.numberTooLarge'],
        ['9.007199254740993e15', '9.007199254740993e15'],
        ['1e16', '!value.numberTooLarge'],
        ['-0.1', '-0.1'],
        ['-0.10000000000000000001', '!value.numberTooSmall'],
        ['-1', '!value.numberTooSmall'],
        ['0', '0'],
        ['-0.05', '-0.05'],
        ['1e-99999999999999999999', '1e-99999999999999999999'],
      ],
      one,
    );
    check(
      [
        ['-5', '-5'],
        ['-4', '!value.numberTooLarge'],
        ['-10', '-10'],
      ],
      field({ kind: 'number', maxValue: '-5' }),
    );
  });

  it('must fit the digits that the app keeps, so that none is rounded away', () => {
    check(
      [
        ['999999999999', '999999999999'],
        ['1000000000000', '!value.integerDigits'],
        ['0001000000000000', '!value.integerDigits'],
        ['1e12', '!value.integerDigits'],
        ['1e999999999999999999999', '!value.integerDigits'],
        ['0.1234', '0.1234'],
        ['0.12345', '!value.decimalPlaces'],
        ['0.12340', '0.12340'],
        ['12345e-5', '!value.decimalPlaces'],
        ['1e-4', '1e-4'],
      ],
      field({ kind: 'number' }),
      { precision },
    );
    check([['1.2', '!value.decimalPlaces']], field({ kind: 'number' }), {
      precision: { integerDigits: 16, decimalPlaces: 0 },
    });
  });
});

describe('links', () => {
  it('must have the form of their protocol', () => {
    const web = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'WEB' });
    const mail = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'MAIL' });
    const call = field({ kind: 'link', nativeType: 'LINK', linkProtocol: 'CALL' });
    check(
      [
        ['', ''],
        ['https://example.com/?q=1', 'https://example.com/?q=1'],
        ['ftp://example.com', 'ftp://example.com'],
        ['example.com', '!value.notAWebAddress'],
        ['https://a b', '!value.notAWebAddress'],
        ['https://a\nb', '!value.lineBreak'],
      ],
      web,
    );
    check(
      [
        ['a@example.com', 'a@example.com'],
        ['a', '!value.notAMailAddress'],
        ['a@b@c', '!value.notAMailAddress'],
        ['a b@example.com', '!value.notAMailAddress'],
      ],
      mail,
    );
    check(
      [
        ['03-1234-5678', '03-1234-5678'],
        ['+81 (3) 1234 5678', '+81 (3) 1234 5678'],
        ['０３', '!value.notAPhoneNumber'],
        ['なし', '!value.notAPhoneNumber'],
      ],
      call,
    );
    check([['anything', 'anything']], field({ kind: 'link', nativeType: 'LINK' }));
  });
});

describe('choices', () => {
  const options = ['法人', '個人', 'Ａクラス', 'a, b', 'red', 'green'];

  it('match an option exactly, or name the one that was probably meant', () => {
    const one = field({ kind: 'choice', nativeType: 'DROP_DOWN', options });
    check(
      [
        ['法人', '法人'],
        ['a, b', 'a, b'],
        ['', ''],
      ],
      one,
    );
    for (const [cell, nearest] of [
      ['法人 ', '法人'],
      ['Aクラス', 'Ａクラス'],
      ['RED', 'red'],
      ['gren', 'green'],
      ['geren', 'green'],
    ]) {
      assert.deepEqual(convert(cell ?? '', one), {
        codes: ['value.notAnOptionNear'],
        args: [{ field: 'Field', value: cell, nearest }],
      });
    }
    check([['blue sky', '!value.notAnOption']], one);
  });

  it('leave a radio button to its default when the cell is empty, required or not', () => {
    const radio = field({ kind: 'choice', nativeType: 'RADIO_BUTTON', options });
    check([['', undefined]], radio);
    check([['', undefined]], { ...radio, required: true });
    check(
      [['', '!value.required']],
      field({ kind: 'choice', nativeType: 'DROP_DOWN', options, required: true }),
    );
  });

  it('stand in one cell, a line each', () => {
    const many = field({ kind: 'choices', nativeType: 'CHECK_BOX', options });
    check(
      [
        ['', []],
        ['red', ['red']],
        ['red\ngreen', ['red', 'green']],
        ['red\r\n\r\ngreen\n', ['red', 'green']],
        ['red\nred', ['red']],
        ['a, b', ['a, b']],
        ['a, b\nred', ['a, b', 'red']],
      ],
      many,
    );
  });

  it('may be separated in other ways only when every piece is an option', () => {
    const many = field({ kind: 'choices', nativeType: 'MULTI_SELECT', options });
    check(
      [
        ['red,green', ['red', 'green']],
        ['red; green', ['red', 'green']],
        ['法人、個人', ['法人', '個人']],
        ['red,blue', '!value.notAnOption'],
        ['red\nblu\nyellow', '!value.notAnOption value.notAnOption'],
      ],
      many,
    );
  });
});

describe('dates', () => {
  const one = field({ kind: 'date', nativeType: 'DATE' });

  it('come in the usual forms and leave in one', () => {
    for (const cell of [
      '2026-01-02',
      ' 2026-01-02 ',
      '2026/1/2',
      '2026/01/02',
      '2026-1-2',
      '2026年1月2日',
      '2026年01月02日',
      '2026-01-02 00:00',
      '2026/1/2 0:00',
      '2026-01-02 00:00:00',
      '2026-01-02T00:00:00.000',
    ]) {
      assert.equal(convert(cell, one), '2026-01-02', cell);
    }
    check(
      [
        ['', ''],
        ['2024-02-29', '2024-02-29'],
        ['2000/2/29', '2000-02-29'],
      ],
      one,
    );
  });

  it('must be days of the calendar between 1000 and 9999', () => {
    check(
      [
        ['2025-02-29', '!value.noSuchDay'],
        ['1900-02-29', '!value.noSuchDay'],
        ['2026-13-01', '!value.noSuchDay'],
        ['2026-00-10', '!value.noSuchDay'],
        ['2026/4/31', '!value.noSuchDay'],
        ['0999-12-31', '!value.dateRange'],
        ['10000-01-01', '!value.dateRange'],
        ['1000-01-01', '1000-01-01'],
        ['9999-12-31', '9999-12-31'],
        ['2026', '!value.notADate'],
        ['46024', '!value.notADate'],
        ['2026-01/02', '!value.notADate'],
        ['1/2/2026', '!value.notADate'],
        ['2026-01-02 09:00', '!value.notADate'],
        ['２０２６-01-02', '!value.notADate'],
        ['2026-01-0x', '!value.notADate'],
      ],
      one,
    );
  });
});

describe('times', () => {
  it('are sent to the minute', () => {
    check(
      [
        ['', ''],
        ['9:30', '09:30'],
        ['09:30', '09:30'],
        ['09:30:00', '09:30'],
        ['09:30:59', '09:30'],
        ['23:59', '23:59'],
        ['0:00', '00:00'],
        ['9時30分', '09:30'],
        ['9時', '09:00'],
        ['24:00', '!value.notATime'],
        ['9:60', '!value.notATime'],
        ['9.30', '!value.notATime'],
        ['25時', '!value.notATime'],
        ['9:30 PM', '!value.notATime'],
      ],
      field({ kind: 'time', nativeType: 'TIME' }),
    );
  });
});

describe('dates with a time', () => {
  const one = field({ kind: 'datetime', nativeType: 'DATETIME' });

  it('are taken in the given zone and sent in UTC', () => {
    check(
      [
        ['', ''],
        ['2026-01-02 03:04', '2026-01-01T18:04:00Z'],
        ['2026-01-02 03:04:05', '2026-01-01T18:04:05Z'],
        ['2026/1/2 3:04', '2026-01-01T18:04:00Z'],
        ['2026年1月2日 3時4分', '2026-01-01T18:04:00Z'],
        ['2026年1月2日3時4分', '2026-01-01T18:04:00Z'],
        ['2026-01-02T03:04:05.678', '2026-01-01T18:04:05Z'],
        ['2026-01-02', '2026-01-01T15:00:00Z'],
        ['1880-01-01 00:00', '1879-12-31T14:41:01Z'],
      ],
      one,
      { timeZone: 'Asia/Tokyo' },
    );
  });

  it('keep a zone that is written in the cell', () => {
    check(
      [
        ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
        ['2026-01-02T03:04Z', '2026-01-02T03:04:00Z'],
        ['2026-01-02T03:04:05+09:00', '2026-01-01T18:04:05Z'],
        ['2026-01-02 03:04 -0330', '2026-01-02T06:34:00Z'],
        ['2026-01-02T03:04:05+15:00', '!value.notADateTime'],
      ],
      one,
      { timeZone: 'America/New_York' },
    );
  });

  it('follow the clocks of the zone: the first of a repeated hour, none of a skipped one', () => {
    check(
      [
        ['2026-03-08 01:59', '2026-03-08T06:59:00Z'],
        ['2026-03-08 02:30', '!value.skippedTime'],
        ['2026-03-08 03:00', '2026-03-08T07:00:00Z'],
        ['2026-11-01 00:59', '2026-11-01T04:59:00Z'],
        ['2026-11-01 01:30', '2026-11-01T05:30:00Z'],
        ['2026-11-01 02:00', '2026-11-01T07:00:00Z'],
        ['2026-07-01 12:00', '2026-07-01T16:00:00Z'],
        ['2026-12-01 12:00', '2026-12-01T17:00:00Z'],
      ],
      one,
      { timeZone: 'America/New_York' },
    );
  });

  it('must be days and times of the calendar that are still there in UTC', () => {
    check(
      [
        ['2026-02-30 00:00', '!value.noSuchDay'],
        ['2026-01-02 24:00', '!value.notADateTime'],
        ['2026-01-0203:04', '!value.notADateTime'],
        ['2026-01-02 morning', '!value.notADateTime'],
        ['46024.5', '!value.notADateTime'],
        ['1000-01-01 00:00', '!value.dateRange'],
        ['9999-12-31 23:59', '9999-12-31T14:59:00Z'],
      ],
      one,
      { timeZone: 'Asia/Tokyo' },
    );
    check([['9999-12-31 23:59', '!value.dateRange']], one, { timeZone: 'America/New_York' });
  });

  it('refuses a zone that the computer does not know', () => {
    assert.throws(() => convert('', one, { timeZone: 'Mars/Olympus' }), { name: 'ExpectedError' });
  });
});

describe('users, organizations and groups', () => {
  it('are named by their codes, a line each', () => {
    for (const kind of ['users', 'organizations', 'groups'] as const) {
      check(
        [
          ['', []],
          ['sato', ['sato']],
          ['sato\n suzuki \r\nsato', ['sato', 'suzuki']],
        ],
        field({ kind }),
      );
    }
  });
});
