import assert from 'node:assert/strict';
import { escapeXstring, unescapeXstring } from '../../../../src/core/files/xlsx/escapes';
import { builtInFormat, parseNumberFormat } from '../../../../src/core/files/xlsx/numberFormat';
import { numberText } from '../../../../src/core/files/xlsx/numberText';
import { serialText } from '../../../../src/core/files/xlsx/serialDate';
import { columnOf } from '../../../../src/core/files/xlsx/sheetRows';

describe('The text of a number', () => {
  const texts: [stored: string, text: string | null][] = [
    ['0', '0'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['007', '7'],
    ['+5', '5'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['100', '100'],
    [' 1 ', '1'],
    ['0.1', '0.1'],
    ['1.1000000000000001', '1.1'],
    ['0.10000000000000001', '0.1'],
    ['0.30000000000000004', '0.30000000000000004'],
    ['-1234.5599999999999', '-1234.56'],
    ['12345678901234567890', '12345678901234567890'],
    ['1234567890123456', '1234567890123456'],
    ['0.1234567890123456789012', '0.1234567890123456789012'],
    ['1E+20', '100000000000000000000'],
    ['1.2345678901234567E+19', '12345678901234567000'],
    ['-1.5E-7', '-0.00000015'],
    ['9.9999999999999995E-8', '0.0000001'],
    ['1e21', '1000000000000000000000'],
    ['1.5E300', '1.5e+300'],
    ['-2E-308', '-2e-308'],
    ['0E500', '0'],
    ['', null],
    ['.', null],
    ['1,5', null],
    ['NaN', null],
    ['0x10', null],
    ['1e9999999', null],
  ];
  for (const [stored, text] of texts) {
    it(`of ${JSON.stringify(stored)} is ${String(text)}`, () => assert.equal(numberText(stored), text));
  }

  it('always means the number that is stored', () => {
    let state = 1;
    for (let round = 0; round < 3000; round++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const value = (state / 7 - 3e8) * 10 ** ((state % 40) - 20);
      for (const stored of [String(value), value.toPrecision(17), value.toExponential(16)]) {
        const text = numberText(stored);
        assert.equal(Number(text), Number(stored), stored);
        assert.doesNotMatch(text ?? '', /e/i);
      }
    }
  });
});

describe('What a number format makes of a number', () => {
  const kinds: [code: string, kind: string, value?: number][] = [
    ['General', 'number'],
    ['G/標準', 'number'],
    ['0.00', 'number'],
    ['0.00E+00', 'number'],
    ['##0.0e-0', 'number'],
    ['#,##0;[Red]-#,##0', 'number'],
    ['[Red]0.00', 'number'],
    ['[DBNum1]General', 'number'],
    ['"days" 0', 'number'],
    ['0\\d', 'number'],
    ['0_d*y', 'number'],
    ['@', 'number'],
    ['0%', 'number'],
    ['[$¥-411]#,##0', 'number'],
    ['[$USD] #,##0', 'number'],
    ['yyyy/mm/dd', 'date'],
    ['YYYY-MM-DD', 'date'],
    ['yyyy"年"m"月"d"日"', 'date'],
    ['yyyy"年"m"月"d"日"(aaa)', 'date'],
    ['aaaa', 'date'],
    ['[$-411]ggge"年"m"月"d"日"', 'date'],
    ['[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@', 'date'],
    ['ge.m.d', 'date'],
    ['mmm', 'date'],
    ['m"月"d"日"', 'date'],
    ['[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy', 'date'],
    ['yyyy/m/d h:mm', 'dateTime'],
    ['d.m.yyyy hh:mm:ss', 'dateTime'],
    ['ge.m.d h"時"mm"分"', 'dateTime'],
    ['h:mm', 'time'],
    ['h:mm AM/PM', 'time'],
    ['[$-409]h:mm:ss AM/PM;@', 'time'],
    ['h"時"mm"分"ss"秒"', 'time'],
    ['mm:ss', 'time'],
    ['mm:ss.0', 'time'],
    ['[h]:mm:ss', 'duration'],
    ['[mm]:ss', 'duration'],
    ['[ss]', 'duration'],
    ['[Blue][hh]:mm', 'duration'],
    ['yyyy-mm-dd;0.0', 'date', 1],
    ['yyyy-mm-dd;0.0', 'number', -1],
    ['yyyy-mm-dd;0.0;"-"', 'number', 0],
    ['[>=1]yyyy-mm-dd;h:mm', 'time', 0.5],
    ['[>=1]yyyy-mm-dd;h:mm', 'date', 2],
    ['"unclosed yyyy', 'number'],
    ['[unclosed yyyy', 'number'],
    ['', 'number'],
  ];
  for (const [code, kind, value = 1] of kinds) {
    it(`with ${JSON.stringify(code)} and ${value} is a ${kind}`, () => {
      assert.equal(parseNumberFormat(code).kindOf(value), kind);
    });
  }

  it('knows the built-in formats, those of Japanese Excel too', () => {
    const dates = [14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58];
    for (const id of dates) assert.equal(builtInFormat(id).kindOf(1), 'date', String(id));
    for (const id of [18, 19, 20, 21, 32, 33, 45, 47]) {
      assert.equal(builtInFormat(id).kindOf(1), 'time', String(id));
    }
    assert.equal(builtInFormat(22).kindOf(1), 'dateTime');
    assert.equal(builtInFormat(46).kindOf(1), 'duration');
    for (const id of [0, 1, 4, 9, 10, 11, 12, 37, 44, 48, 49, 59, 200]) {
      assert.equal(builtInFormat(id).kindOf(1), 'number', String(id));
    }
  });
});

describe('The text of a serial date', () => {
  const text = (serial: number, kind: 'date' | 'dateTime' | 'time' | 'duration', date1904 = false) => {
    const found = serialText(serial, kind, date1904);
    return typeof found === 'object' ? found.text : found;
  };

  it('follows the 1900 system with its invented day', () => {
    assert.equal(text(1, 'date'), '1900-01-01');
    assert.equal(text(59, 'date'), '1900-02-28');
    assert.equal(text(60, 'date'), 'noSuchDay');
    assert.equal(text(61, 'date'), '1900-03-01');
    assert.equal(text(2_958_465, 'date'), '9999-12-31');
    assert.equal(text(2_958_466, 'date'), 'notADate');
    assert.equal(text(0.5, 'dateTime'), 'notADate');
    assert.equal(text(-1, 'date'), 'notADate');
  });

  it('follows the 1904 system', () => {
    assert.equal(text(0, 'date', true), '1904-01-01');
    assert.equal(text(60, 'date', true), '1904-03-01');
    assert.equal(text(2_957_003, 'date', true), '9999-12-31');
    assert.equal(text(2_957_004, 'date', true), 'notADate');
  });

  it('gives seconds only when they are not 0 and cuts off parts of them', () => {
    assert.equal(text(45000.25, 'dateTime'), '2023-03-15 06:00');
    assert.equal(text(45000 + 1 / 86_400, 'dateTime'), '2023-03-15 00:00:01');
    assert.equal(text(45000.123456789, 'dateTime'), '2023-03-15 02:57:46');
    assert.equal(text(0.49999999999, 'time'), '12:00');
    assert.equal(text(45000.99999999999, 'dateTime'), '2023-03-16 00:00');
    assert.equal(text(1.75, 'time'), '18:00');
  });

  it('finds every second of a day again', () => {
    for (let second = 0; second < 86_400; second += 61) {
      const [, clock = ''] = text(45000 + second / 86_400, 'dateTime').split(' ');
      const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
      assert.equal(hours * 3600 + minutes * 60 + seconds, second);
    }
  });

  it('counts elapsed hours beyond a day', () => {
    assert.equal(text(1.5, 'duration'), '36:00:00');
    assert.equal(text(0.25, 'duration'), '06:00:00');
    assert.equal(text(10, 'duration'), '240:00:00');
    assert.equal(text(-0.5, 'duration'), '-12:00:00');
  });
});

describe('Escapes and references of worksheets', () => {
  it('undoes escapes once', () => {
    assert.equal(unescapeXstring('a_x000D_b'), 'a\rb');
    assert.equal(unescapeXstring('_x005F_x000D_'), '_x000D_');
    assert.equal(unescapeXstring('_x3042_'), 'あ');
    assert.equal(unescapeXstring('_x00_ _X000D_ x000D'), '_x00_ _X000D_ x000D');
  });

  it('escapes so that the same comes back', () => {
    for (const text of [
      '_x000D_',
      '__x0041_x0042_',
      '\u0000\u0001\r\n\t',
      '\uD83D alone \uDE00',
      '😀',
      '_x005F_',
    ]) {
      assert.equal(unescapeXstring(escapeXstring(text)), text);
    }
  });

  it('finds the column of a reference', () => {
    const columns = ['A1', 'Z9', 'AA10', 'XFD1048576', 'b2', '7', ''].map(columnOf);
    assert.deepEqual(columns, [0, 25, 26, 16_383, 1, -1, -1]);
  });
});
