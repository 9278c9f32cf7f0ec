import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { derive } from '../../../src/core/engine/unimported';
import type { UnimportedFile } from '../../../src/core/engine/unimported';
import type { BadRow, JobEvent, UnprocessedRows } from '../../../src/core/jobs/records';
import { ordinalsIn, rowsIn, toIdRuns, toRanges } from '../../../src/core/jobs/runs';
import type { RowRange } from '../../../src/core/jobs/runs';
import { withFolder } from '../jobs/support';
import { bytesOf, journalledJob, readRows, request, workbook } from './journalledJob';
import { upTo } from './support';

const ADDED = '__import_row,__import_reason';
const STOPPED = 'Not sent: the import was stopped.';

describe('the document of unimported rows', function () {
  this.timeout(60_000);

  it('keeps Shift_JIS rows byte for byte, with CRLF, quotes, line breaks in cells and broken bytes', () =>
    withJobs(async (make) => {
      const head = bytesOf('コード,"備考 欄"', 'shift_jis');
      const breaks = bytesOf('"0 1","一行目\r\n""二"",行目\n\r"', 'shift_jis');
      const broken = Buffer.concat([bytesOf('能,', 'shift_jis'), Uint8Array.of(0xfd), bytesOf(' x')]);
      const end = bytesOf('\r\n');
      const file = Buffer.concat([head, end, breaks, end, bytesOf('1,2\r\n'), broken, end]);
      const { bytes, document } = await make(file, { bad: { 1: 0, 3: null } });
      assert.equal(document.encoding, 'shift_jis');
      const expected = [head, bytesOf(`,${ADDED}\r\n`), breaks, bytesOf(`,2,コード: wrong\r\n`, 'shift_jis')];
      expected.push(broken, bytesOf(`,7,wrong\r\n`));
      assert.equal(bytes.toString('latin1'), Buffer.concat(expected).toString('latin1'));
    }));

  it('keeps UTF-16 with its byte order mark', () =>
    withJobs(async (make) => {
      const text = '\ufeffid\tname\r\n1\t髙橋😀\r\n2\t"a\r\nb"\r\n3\tz';
      const { bytes, document } = await make(Buffer.from(text, 'utf16le'), {
        bad: { 2: 1 },
        unprocessed: [[3, 3]],
      });
      assert.deepEqual([document.encoding, document.delimiter, document.rows], ['utf-16le', '\t', 2]);
      assert.equal(
        bytes.toString('utf16le'),
        `\ufeffid\tname\t__import_row\t__import_reason\r\n2\t"a\r\nb"\t3\tname: wrong\r\n3\tz\t5\t${STOPPED}\r\n`,
      );
      const [problem] = document.problems;
      assert.deepEqual(problem?.range, { startLine: 2, startCharacter: 2, endLine: 3, endCharacter: 2 });
    }));

  it('ends lines with CR where the file does', () =>
    withJobs(async (make) => {
      const { text, document } = await make('a,b\r1,2\r3,4\r', { unprocessed: [[2, 2]] });
      assert.equal(text, `a,b,${ADDED}\r3,4,3,${STOPPED}\r`);
      assert.equal(document.lineEnd, '\r');
    }));

  it('keeps rows that are too short or too long as they are', () =>
    withJobs(async (make) => {
      const { text } = await make('a,b\n1\n1,2,3\n', { unprocessed: [[1, 2]] });
      assert.equal(text, `a,b,${ADDED}\n1,2,${STOPPED}\n1,2,3,3,${STOPPED}\n`);
    }));

  it('cuts off empty cells beyond the header, so that the rows can be imported again', () =>
    withJobs(async (make) => {
      const made = await make('a,b\n1,2,\n3,4,,\n5,"6",""\n', { unprocessed: [[1, 3]] });
      assert.equal(made.text, `a,b,${ADDED}\n1,2,2,${STOPPED}\n3,4,3,${STOPPED}\n5,"6",4,${STOPPED}\n`);
      for (const row of await readRows(made.document.path)) assert.equal(row.problems, undefined);
    }));

  it('keeps a byte order mark in the middle of a file that was joined from two', () =>
    withJobs(async (make) => {
      const { text } = await make('\ufeffa,b\n1,2\n\ufeff3,4\n', { unprocessed: [[2, 2]] });
      assert.equal(text, `\ufeffa,b,${ADDED}\n\ufeff3,4,3,${STOPPED}\n`);
    }));

  it('holds the rows of a stop and none that were imported or are uncertain', () =>
    withJobs(async (make) => {
      const lines = Array.from({ length: 9 }, (_, i) => `${i + 1},x\n`);
      const { text, document } = await make(`a,b\n${lines.join('')}`, {
        unknown: [4, 5],
        unprocessed: [
          [3, 3],
          [7, 9],
        ],
        bad: { 6: 0 },
      });
      const reasons = [4, 8, 9, 10].map((line) => `${line - 1},x,${line},${STOPPED}\n`);
      reasons.splice(1, 0, `6,x,7,a: wrong\n`);
      assert.equal(text, `a,b,${ADDED}\n${reasons.join('')}`);
      assert.deepEqual([document.rows, document.problems.length], [5, 1]);
    }));

  it('of a file with no row to bring back is its header', () =>
    withJobs(async (make) => {
      const { text, document } = await make('a,b\n1,2\n', {});
      assert.equal(text, `a,b,${ADDED}\n`);
      assert.deepEqual(document.shown, { rows: 0, bytes: text.length });
    }));

  it('writes a character that the encoding lacks as its code point, in reasons alone', () =>
    withJobs(async (make) => {
      const { bytes } = await make(bytesOf('名,b\n漢,2\n', 'shift_jis'), {
        bad: { 1: null },
        words: '😀 だめ',
      });
      const expected = bytesOf(`名,b,${ADDED}\n漢,2,2,U+1F600 だめ\n`, 'shift_jis');
      assert.equal(bytes.toString('latin1'), Buffer.from(expected).toString('latin1'));
    }));

  it('tells the problems beyond the first 500 by their number', () =>
    withJobs(async (make) => {
      const bad = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i + 1, [0, 1]]));
      const { text, document } = await make(`a,b\n${'1,2\n'.repeat(300)}`, { bad });
      assert.deepEqual([document.problems.length, document.moreProblems], [500, 100]);
      assert.ok(text.endsWith('1,2,301,a: wrong / b: wrong\n'));
      assert.deepEqual(document.problems.at(-1)?.range, {
        startLine: 250,
        startCharacter: 2,
        endLine: 250,
        endCharacter: 3,
      });
    }));

  it('shows an editor no more than the first 10,000 rows', () =>
    withJobs(async (make) => {
      const { text, document } = await make(`a,b\n${'1,2\n'.repeat(10_500)}`, { unprocessed: [[1, 10_500]] });
      assert.deepEqual([document.rows, document.shown.rows], [10_500, 10_000]);
      const shown = text.slice(0, document.shown.bytes).split('\n');
      assert.equal(shown.at(-2), `1,2,10001,${STOPPED}`);
      assert.equal(shown.at(-1), '');
    }));

  it('is the same when it is made twice at the same moment, and leaves nothing else behind', () =>
    withJobs(async (make) => {
      const { text, folder } = await make(`a,b\n${'1,2\n'.repeat(9_000)}`, { unprocessed: [[1, 9_000]] });
      const made = await Promise.all([derive(folder), derive(folder), derive(folder)]);
      for (const document of made) assert.equal(await readFile(document.path, 'utf8'), text);
      assert.deepEqual((await readdir(path.join(folder, 'out'))).sort(), [
        'unimported.csv',
        'unimported.json',
      ]);
    }));
});

describe('the document of rows that come back a second time', function () {
  this.timeout(60_000);

  const PARENT = `a,b,${ADDED}\r\n1,"x\r\ny",7,"a: old, very"\r\n2,z,12,old\r\n`;

  it('replaces the reasons and keeps the line numbers of the first file', () =>
    withJobs(async (make) => {
      const { text, document } = await make(PARENT, { bad: { 1: 1 }, unprocessed: [[2, 2]] });
      assert.equal(text, `a,b,${ADDED}\r\n1,"x\r\ny",7,b: wrong\r\n2,z,12,${STOPPED}\r\n`);
      assert.equal(document.problems[0]?.documentRow, '7');
    }));

  it('keeps them in UTF-16 and in Shift_JIS, whatever the reasons are', () =>
    withJobs(async (make) => {
      const wide = await make(Buffer.from(`\ufeff${PARENT}`, 'utf16le'), { bad: { 2: null } });
      assert.equal(wide.bytes.toString('utf16le'), `\ufeffa,b,${ADDED}\r\n2,z,12,wrong\r\n`);
      const row = Buffer.concat([bytesOf('表,値,3,', 'shift_jis'), Uint8Array.of(0xfd), bytesOf('\r\n')]);
      const file = Buffer.concat([bytesOf(`名,b,${ADDED}\r\n`, 'shift_jis'), row]);
      const legacy = await make(file, { bad: { 1: null } });
      const expected = bytesOf(`名,b,${ADDED}\r\n表,値,3,wrong\r\n`, 'shift_jis');
      assert.equal(legacy.bytes.toString('latin1'), expected.toString('latin1'));
    }));

  it('keeps Shift_JIS characters whole whose second byte is the delimiter', () =>
    withJobs(async (make) => {
      const text = 'id|名|__import_row|__import_reason\nポ|ポ|3|';
      const { bytes } = await make(bytesOf(`${text}old\n`, 'shift_jis'), { bad: { 1: null } });
      assert.equal(bytes.toString('latin1'), bytesOf(`${text}wrong\n`, 'shift_jis').toString('latin1'));
    }));

  it('loses nothing of a row that someone added, and tells it from all others', () =>
    withJobs(async (make) => {
      const added = ['9,5', 'only', '8,blank,,', '1,one,too,many,7,old', '1,9,z'];
      const file = `a,b,${ADDED}\n${added.join('\n')}\n`;
      const { text } = await make(file, { unprocessed: [[1, 5]] });
      assert.deepEqual(text.trimEnd().split('\n').slice(1), [
        `9,5,new2,${STOPPED}`,
        `only,new3,${STOPPED}`,
        `8,blank,new4,${STOPPED}`,
        `1,one,too,many,7,${STOPPED}`,
        `1,9,z,new6,${STOPPED}`,
      ]);
      const again = await make(text, { bad: { 3: null } });
      assert.equal(again.text, `a,b,${ADDED}\n8,blank,new4,wrong\n`);
    }));
});

describe('the document of a worksheet’s unimported rows', function () {
  this.timeout(60_000);

  it('is UTF-8 with a byte order mark, a comma and CRLF', () =>
    withJobs(async (make) => {
      const rows = [
        ['001', 'x,"y"\nz'],
        ['002', ''],
        ['003', '髙橋'],
      ];
      const { text, document } = await make(await workbook(['コード', 'b'], rows), { bad: { 1: 0, 3: 1 } });
      assert.equal(
        text,
        `\ufeffコード,b,${ADDED}\r\n001,"x,""y""\nz",2,コード: wrong\r\n003,髙橋,4,b: wrong\r\n`,
      );
      assert.deepEqual(
        document.problems.map(({ cell, range }) => [cell, range]),
        [
          ['Rows!A2', null],
          ['Rows!B4', null],
        ],
      );
    }));

  it('replaces the reasons of an earlier document, also where a row was added or goes beyond them', () =>
    withJobs(async (make) => {
      const rows = [
        ['1', 'x', '7', 'old'],
        ['2', 'added', '', ''],
        ['3', 'y', '8', 'old', 'beyond'],
      ];
      const file = await workbook(['a', 'b', '__import_row', '__import_reason'], rows);
      const { text } = await make(file, { unprocessed: [[1, 3]] });
      assert.deepEqual(text.trimEnd().split('\r\n').slice(1), [
        `1,x,7,${STOPPED}`,
        `2,added,new3,${STOPPED}`,
        `3,y,beyond,8,${STOPPED}`,
      ]);
    }));
});

/** What became of the rows; ordinals from 1. */
interface Fates {
  /** Row → the column that is blamed, or several. */
  readonly bad?: Readonly<Record<number, number | null | readonly number[]>>;
  readonly unknown?: RowRange;
  readonly unprocessed?: readonly RowRange[];
  readonly words?: string;
}

interface Made {
  readonly folder: string;
  readonly document: UnimportedFile;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Gives a function that makes a job of a file, with its journal, and derives its document. */
function withJobs(
  use: (make: (file: string | Buffer, fates: Fates) => Promise<Made>) => Promise<void>,
): Promise<void> {
  return withFolder((jobs) =>
    use(async (file, fates) => {
      const folder = await journalledJob(jobs, file, (total) => eventsOf(fates, total));
      const document = await derive(folder);
      const bytes = await readFile(document.path);
      return { folder, document, bytes, text: bytes.toString('utf8') };
    }),
  );
}

/** The journal of these fates; rows that are named nowhere were imported. */
function eventsOf(
  { unknown, unprocessed = [], bad = {}, words = 'wrong' }: Fates,
  total: number,
): JobEvent[] {
  const message = { code: 'kintone.refusedRow', verbatim: words };
  const rows = Object.entries(bad).map(([row, columns]): BadRow => ({
    row: Number(row),
    problems: [columns].flat().map((column) => ({ column, message })),
  }));
  const uncertain = unknown ? [unknown] : [];
  const named = new Set([...rows.map(({ row }) => row), ...ordinalsIn([...unprocessed, ...uncertain])]);
  const imported = toRanges(upTo(total).filter((row) => !named.has(row)));
  const ids = upTo(rowsIn(imported)).map(String);
  const left: UnprocessedRows[] = [{ rows: unprocessed, reason: { code: 'job.stopped' } }];
  return [
    { type: 'OPEN', engine: '0' },
    { type: 'INVALID', rows },
    { type: 'PLAN', total, invalid: rows.length },
    ...request(1, imported, { kind: 'committed', ids: toIdRuns(ids), revisions: [] }),
    ...request(2, uncertain, { kind: 'ambiguous', message: { code: 'network.lost' } }),
    { type: 'STOP' },
    { type: 'DONE', status: 'completed', failures: [], unprocessed: unprocessed.length > 0 ? left : [] },
  ];
}
