import assert from 'node:assert/strict';
import { check, convert, refuses } from './converting';
import { field } from './support';

const DATE = field({ kind: 'date', nativeType: 'DATE' });
const TIME = field({ kind: 'time', nativeType: 'TIME' });
const DATE_TIME = field({ kind: 'datetime', nativeType: 'DATETIME' });

describe('dates', () => {
  it('come in the usual forms and leave in one', () => {
    for (const cell of [
      '2026-01-02',
      ' 2026-01-02 ',
      '2026/1/2',
      '2026/01/02',
      '2026-1-2',
      '2026.1.2',
      '2026.01.02',
      '20260102',
      '2026年1月2日',
      '2026年01月02日',
      '2026年 1月 2日',
      '２０２６年１月２日',
      '２０２６／１／２',
      '２０２６-01-02',
      '令和8年1月2日',
      '令和８年１月２日',
      '令和 8年 1月 2日',
      '令和8.1.2',
      'R8.1.2',
      'R8/1/2',
      'R8-1-2',
      'R08.01.02',
      'r8.1.2',
      'Ｒ８．１．２',
      'R8年1月2日',
      '㋿8年1月2日',
      '2026-01-02 00:00',
      '2026/1/2 0:00',
      '2026-01-02 00:00:00',
      '2026-01-02T00:00:00.000',
    ]) {
      assert.equal(convert(cell, DATE), '2026-01-02', cell);
    }
    check(
      [
        ['', ''],
        ['2024-02-29', '2024-02-29'],
        ['2000/2/29', '2000-02-29'],
      ],
      DATE,
    );
  });

  it('begin with the first month or day when it is left out', () => {
    check(
      [
        ['2026-02', '2026-02-01'],
        ['2026/2', '2026-02-01'],
        ['2026/02', '2026-02-01'],
        ['2026年2月', '2026-02-01'],
        ['2026年', '2026-01-01'],
        ['2026', '2026-01-01'],
        ['令和8年2月', '2026-02-01'],
        ['令和8年', '2026-01-01'],
        ['R8/2', '2026-02-01'],
        // 2026.10 in a worksheet is 2026.1 in a file.
        ['2026.1', '!value.notADate'],
        ['2026/13', '!value.noSuchDay'],
        ['202601', '!value.notADate'],
        ['999', '!value.notADate'],
        ['0999', '!value.dateRange'],
        ['R8', '!value.notADate'],
        ['令和8', '!value.notADate'],
      ],
      DATE,
    );
  });

  it('must be days of their era', () => {
    check(
      [
        ['令和元年5月1日', '2019-05-01'],
        ['R元.5.1', '2019-05-01'],
        ['令和1年5月1日', '2019-05-01'],
        ['平成31年4月30日', '2019-04-30'],
        ['H31.4.30', '2019-04-30'],
        ['平成元年1月8日', '1989-01-08'],
        ['㍻1年1月8日', '1989-01-08'],
        ['昭和64年1月7日', '1989-01-07'],
        ['S64/1/7', '1989-01-07'],
        ['昭和64年', '1989-01-01'],
        ['昭和元年12月25日', '1926-12-25'],
        ['大正15年12月25日', '1926-12-25'],
        ['T15.12.25', '1926-12-25'],
        ['大正元年7月30日', '1912-07-30'],
        ['明治45年7月30日', '1912-07-30'],
        ['M6.1.1', '1873-01-01'],
      ],
      DATE,
    );
    refuses(
      [
        ['令和元年4月30日', 'value.beforeEra', { era: '令和', first: '2019-05-01' }],
        ['令和元年', 'value.beforeEra', { era: '令和', first: '2019-05-01' }],
        ['令和0年5月1日', 'value.beforeEra', { era: '令和', first: '2019-05-01' }],
        ['平成31年5月1日', 'value.afterEra', { era: '平成', last: '2019-04-30' }],
        ['H35.1.1', 'value.afterEra', { era: '平成', last: '2019-04-30' }],
        ['平成元年1月7日', 'value.beforeEra', { era: '平成', first: '1989-01-08' }],
        ['昭和64年1月8日', 'value.afterEra', { era: '昭和', last: '1989-01-07' }],
        ['昭和元年12月24日', 'value.beforeEra', { era: '昭和', first: '1926-12-25' }],
        ['大正15年12月26日', 'value.afterEra', { era: '大正', last: '1926-12-25' }],
        ['大正元年7月29日', 'value.beforeEra', { era: '大正', first: '1912-07-30' }],
        ['明治45年7月31日', 'value.afterEra', { era: '明治', last: '1912-07-30' }],
        ['明治5年12月2日', 'value.lunarCalendar', {}],
        ['令和8年2月29日', 'value.noSuchDayInMonth', { last: '2026-02-28' }],
        ['令和8年13月1日', 'value.noSuchDay', {}],
      ],
      DATE,
    );
  });

  it('must be days of the calendar between 1000 and 9999', () => {
    refuses(
      [
        ['2025-02-29', 'value.noSuchDayInMonth', { last: '2025-02-28' }],
        ['1900-02-29', 'value.noSuchDayInMonth', { last: '1900-02-28' }],
        ['2024-02-30', 'value.noSuchDayInMonth', { last: '2024-02-29' }],
        ['2026/4/31', 'value.noSuchDayInMonth', { last: '2026-04-30' }],
      ],
      DATE,
    );
    check(
      [
        ['2026-01-32', '!value.noSuchDay'],
        ['2026-13-01', '!value.noSuchDay'],
        ['2026-00-10', '!value.noSuchDay'],
        ['2026-01-00', '!value.noSuchDay'],
        ['0999-12-31', '!value.dateRange'],
        ['10000-01-01', '!value.dateRange'],
        ['1000-01-01', '1000-01-01'],
        ['9999-12-31', '9999-12-31'],
        ['2026-01/02', '!value.notADate'],
        ['2026-01-0x', '!value.noSuchDay'],
        ['2026-01-02x', '!value.notADate'],
        ['2026-01-023', '!value.notADate'],
        ['tomorrow', '!value.notADate'],
      ],
      DATE,
    );
  });

  it('say what they lack when they can be read in more than one way', () => {
    for (const cell of ['1/2/2026', '13/2/2026', '01-02-26', '26/1/2', '1.2.2026', '１/２/２０２６']) {
      check([[cell, '!value.ambiguousDate']], DATE);
      check([[cell, '!value.ambiguousDate']], DATE_TIME);
    }
    for (const cell of ['1/2', '1月2日', '1-2']) {
      check([[cell, '!value.dateWithoutYear']], DATE);
    }
  });

  it('may carry their weekday, which must be theirs', () => {
    check(
      [
        ['2026/1/2(金)', '2026-01-02'],
        ['2026年1月2日（金）', '2026-01-02'],
        ['2026-01-02 (金曜)', '2026-01-02'],
        ['R8.1.2(金曜日)', '2026-01-02'],
        ['2026/1(金)', '!value.notADate'],
        ['2026/1/2(祝)', '!value.notADate'],
      ],
      DATE,
    );
    check([['2026/1/2(金) 9:00', '2026-01-02T00:00:00Z']], DATE_TIME, { timeZone: 'Asia/Tokyo' });
    refuses([['2026/1/2(土)', 'value.otherWeekday', { date: '2026-01-02', weekday: '金' }]], DATE);
  });

  it('are not guessed from the numbers of a worksheet, but named', () => {
    refuses(
      [
        ['45000', 'value.maybeSerialDay', { suggestion: '2023-03-15' }],
        ['46024.5', 'value.maybeSerialDay', { suggestion: '2026-01-02' }],
      ],
      DATE,
    );
    refuses([['46024.5', 'value.maybeSerialDay', { suggestion: '2026-01-02 12:00' }]], DATE_TIME);
    refuses([['0.375', 'value.maybeSerialTime', { suggestion: '09:00' }]], TIME);
  });

  it('lose no time unseen', () => {
    refuses(
      [
        ['2026-01-02 09:00', 'value.dateWithTime', { date: '2026-01-02' }],
        ['2026/1/2 9:00', 'value.dateWithTime', { date: '2026-01-02' }],
        ['2026-01-02T00:00:00Z', 'value.dateWithTime', { date: '2026-01-02' }],
        ['2026年1月2日9時', 'value.dateWithTime', { date: '2026-01-02' }],
      ],
      DATE,
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
        [' 09:30', '09:30'],
        ['09:30:00', '09:30'],
        ['09:30:59', '09:30'],
        ['09:30:59.999', '09:30'],
        ['23:59', '23:59'],
        ['0:00', '00:00'],
        ['９：３０', '09:30'],
        ['9時30分', '09:30'],
        ['9時5分7秒', '09:05'],
        ['9時', '09:00'],
        ['9時半', '09:30'],
        ['9', '09:00'],
        ['21', '21:00'],
        ['午前9時', '09:00'],
        ['午後9時5分', '21:05'],
        ['午後 9:05', '21:05'],
        ['午後0時30分', '12:30'],
        ['9:05 PM', '21:05'],
        ['9:05pm', '21:05'],
        ['AM 9:05', '09:05'],
        ['9 pm', '21:00'],
        ['12:30 AM', '00:30'],
        ['12:30 PM', '12:30'],
        ['24:00', '!value.notATime'],
        ['24', '!value.notATime'],
        ['9:60', '!value.notATime'],
        ['9:30:60', '!value.notATime'],
        ['9.30', '!value.notATime'],
        ['930', '!value.notATime'],
        ['25時', '!value.notATime'],
        ['13:00 PM', '!value.notATime'],
        ['午前9時PM', '!value.notATime'],
        ['morning', '!value.notATime'],
      ],
      TIME,
    );
  });

  it('ask whether a 12 o’clock is noon or midnight', () => {
    refuses(
      [
        ['午後12時30分', 'value.noonOrMidnight', { midnight: '00:30', noon: '12:30' }],
        ['午前12時', 'value.noonOrMidnight', { midnight: '00:00', noon: '12:00' }],
      ],
      TIME,
    );
    check([['2026/1/2 午後12時', '!value.noonOrMidnight']], DATE_TIME);
  });
});

describe('dates with a time', () => {
  it('are taken in the given zone and sent in UTC, to the minute', () => {
    check(
      [
        ['', ''],
        [' ', ''],
        ['2026-01-02 03:04', '2026-01-01T18:04:00Z'],
        ['2026-01-02 03:04:05', '2026-01-01T18:04:00Z'],
        ['2026/1/2 3:04', '2026-01-01T18:04:00Z'],
        [' 2026/1/2  3:04 ', '2026-01-01T18:04:00Z'],
        ['2026.1.2 3:04', '2026-01-01T18:04:00Z'],
        ['2026-1-2 3時4分', '2026-01-01T18:04:00Z'],
        ['2026年1月2日 3時4分', '2026-01-01T18:04:00Z'],
        ['2026年1月2日3時4分', '2026-01-01T18:04:00Z'],
        ['令和8年1月2日 午前3時4分', '2026-01-01T18:04:00Z'],
        ['R8.1.2 3:04', '2026-01-01T18:04:00Z'],
        ['２０２６／１／２　３：０４', '2026-01-01T18:04:00Z'],
        ['2026/1/2 3:04 PM', '2026-01-02T06:04:00Z'],
        ['2026/1/2 15', '2026-01-02T06:00:00Z'],
        ['2026-01-02T03:04:05.678', '2026-01-01T18:04:00Z'],
        ['2026-01-02', '2026-01-01T15:00:00Z'],
        ['2026年1月2日', '2026-01-01T15:00:00Z'],
        ['2026/1', '2025-12-31T15:00:00Z'],
        ['1880-01-01 00:00', '1879-12-31T14:42:00Z'],
      ],
      DATE_TIME,
      { timeZone: 'Asia/Tokyo' },
    );
  });

  it('keep a zone that is written in the cell', () => {
    check(
      [
        ['2026-01-02T03:04:05Z', '2026-01-02T03:04:00Z'],
        ['2026-01-02T03:04Z', '2026-01-02T03:04:00Z'],
        ['2026-01-02 03:04 UTC', '2026-01-02T03:04:00Z'],
        ['2026-01-02 03:04 JST', '2026-01-01T18:04:00Z'],
        ['2026-01-02T03:04:05+09:00', '2026-01-01T18:04:00Z'],
        ['2026-01-02T03:04:05+09', '2026-01-01T18:04:00Z'],
        ['2026-01-02 03:04 GMT+0900', '2026-01-01T18:04:00Z'],
        ['2026-01-02 03:04 -0330', '2026-01-02T06:34:00Z'],
        ['2026-01-02T03:04+14:00', '2026-01-01T13:04:00Z'],
        ['2026-01-02T03:04:05+15:00', '!value.notADateTime'],
        ['2026-01-02T03:04:05+09:60', '!value.notADateTime'],
        ['2026-01-02 09-05', '!value.notADateTime'],
      ],
      DATE_TIME,
      { timeZone: 'America/New_York' },
    );
  });

  it('follow the clocks of the zone: no skipped time, and of a repeated one only with its offset', () => {
    const options = { timeZone: 'America/New_York' };
    check(
      [
        ['2026-03-08 01:59', '2026-03-08T06:59:00Z'],
        ['2026-03-08 02:30', '!value.skippedTime'],
        ['2026-03-08 03:00', '2026-03-08T07:00:00Z'],
        ['2026-11-01 00:59', '2026-11-01T04:59:00Z'],
        ['2026-11-01 01:30-04:00', '2026-11-01T05:30:00Z'],
        ['2026-11-01 01:30-05:00', '2026-11-01T06:30:00Z'],
        ['2026-11-01 02:00', '2026-11-01T07:00:00Z'],
        ['2026-07-01 12:00', '2026-07-01T16:00:00Z'],
        ['2026-12-01 12:00', '2026-12-01T17:00:00Z'],
      ],
      DATE_TIME,
      options,
    );
    refuses(
      [['2026-11-01 01:30', 'value.repeatedTime', { first: '-04:00', second: '-05:00' }]],
      DATE_TIME,
      options,
    );
  });

  it('come back to the minute from years in which a zone was ahead by seconds, too', () => {
    // 9:18:59 ahead: 12:40 UTC was shown as 21:58.
    check([['1821-09-17 21:58', '1821-09-17T12:40:00Z']], DATE_TIME, { timeZone: 'Asia/Tokyo' });
    // 4:56:02 behind: 12:40 UTC was shown as 7:43.
    check([['1821-09-17 07:43', '1821-09-17T12:40:00Z']], DATE_TIME, { timeZone: 'America/New_York' });
  });

  it('must be days and times of the calendar that are still there in UTC', () => {
    check(
      [
        ['2026-02-30 00:00', '!value.noSuchDayInMonth'],
        ['2026-01-02 24:00', '!value.notADateTime'],
        ['2026-01-02 23:60', '!value.notADateTime'],
        ['2026-01-0203:04', '!value.notADateTime'],
        ['2026-01-02 morning', '!value.notADateTime'],
        ['2026-01 09:00', '!value.notADateTime'],
        [`2026-01-02${' '.repeat(200_000)}x`, '!value.notADateTime'],
        ['1000-01-01 00:00', '!value.dateRange'],
        ['9999-12-31 23:59', '9999-12-31T14:59:00Z'],
      ],
      DATE_TIME,
      { timeZone: 'Asia/Tokyo' },
    );
    check([['9999-12-31 23:59', '!value.dateRange']], DATE_TIME, { timeZone: 'America/New_York' });
  });

  it('refuses a zone that the computer does not know', () => {
    assert.throws(() => convert('', DATE_TIME, { timeZone: 'Mars/Olympus' }), { name: 'ExpectedError' });
  });
});
