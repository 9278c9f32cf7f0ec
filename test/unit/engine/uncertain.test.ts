import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderMessage } from '../../../src/core/catalogue';
import { deriveUncertain } from '../../../src/core/engine/uncertain';
import type { UncertainFile } from '../../../src/core/engine/uncertain';
import { derive } from '../../../src/core/engine/unimported';
import { journalPath } from '../../../src/core/jobs/jobFolder';
import type { JobEvent } from '../../../src/core/jobs/records';
import { toIdRuns } from '../../../src/core/jobs/runs';
import type { RowRange } from '../../../src/core/jobs/runs';
import { withFolder } from '../jobs/support';
import { bytesOf, journalledJob, request, workbook } from './journalledJob';
import { upTo } from './support';

const ADDED = '__import_row,__candidates';
const LOST = { kind: 'ambiguous', message: { code: 'network.lost', args: { code: 'ECONNRESET' } } } as const;
const WHY =
  'The connection was lost before the server’s answer came (ECONNRESET). Look for the rows at the destination before importing them again.';

describe('the document of uncertain rows', function () {
  this.timeout(60_000);

  it('holds the rows that a person is asked about, with the records they may have become', () =>
    withFolder(async (jobs) => {
      const { text, document } = await derived(jobs, 'a,b\n1,"x\ny"\n2,z\n3,z\n4,z\n', [
        ...begun(4),
        ...kept(1, [[1, 1]]),
        ...request(2, [[2, 4]], LOST),
        { type: 'SETTLE', batch: 2, ...NOTHING, committed: [[3, 3]], ids: [['9', 1]], revisions: [['1', 1]] },
        asked(
          [
            [2, 2],
            [4, 4],
          ],
          { 2: ['12', '13'] },
        ),
      ]);
      assert.equal(text, `a,b,${ADDED}\n2,z,4,"12, 13"\n4,z,6,\n`);
      assert.deepEqual([document.count, document.canDecide], [2, true]);
      assert.deepEqual(
        document.rows.map(({ row, line, documentRow, candidates, changes }) => [
          row,
          line,
          documentRow,
          candidates,
          changes,
        ]),
        [
          [2, 4, '4', ['12', '13'], false],
          [4, 6, '6', [], false],
        ],
      );
      assert.deepEqual(document.rows[0]?.range, {
        startLine: 3,
        startCharacter: 0,
        endLine: 3,
        endCharacter: 3,
      });
    }));

  it('says of each row why nobody knows, and which records to look at', () =>
    withFolder(async (jobs) => {
      const { document } = await derived(jobs, 'a\n1\n2\n', [
        ...begun(2),
        ...request(1, [[1, 2]], LOST),
        asked([[1, 2]], { 1: ['12'] }),
      ]);
      assert.deepEqual(words(document), [
        `It is not known whether this row was kept. It may have become record 12. ${WHY}`,
        `It is not known whether this row was kept. ${WHY}`,
      ]);
    }));

  it('names the record that a row was to change', () =>
    withFolder(async (jobs) => {
      const before = (row: number, id: string) => ({ row, id, revision: '3', values: [] });
      const { text, document } = await derived(jobs, 'a\n1\n2\n3\n', [
        { type: 'OPEN', engine: '0' },
        { type: 'BEFORE', records: [before(1, '77'), before(2, '70'), before(3, '79')] },
        { type: 'BEFORE', records: [before(2, '78')] },
        { type: 'PLAN', total: 3, invalid: 0 },
        { type: 'INTENT', batch: 1, rows: [[1, 3]], updates: [[2, 3]] },
        { type: 'OUTCOME', batch: 1, outcome: LOST },
        asked([[1, 2]], {}),
      ]);
      assert.equal(text, `a,${ADDED}\n1,2,\n2,3,78\n`);
      assert.deepEqual(
        document.rows.map(({ changes }) => changes),
        [false, true],
      );
      assert.equal(words(document)[1], `It is not known whether this row has changed record 78. ${WHY}`);
    }));

  it('loses a row that was answered for, whatever the answer, and keeps the others', () =>
    withFolder(async (jobs) => {
      const { text, document } = await derived(jobs, 'a\n1\n2\n3\n4\n', [
        ...begun(4),
        ...request(1, [[1, 4]], LOST),
        asked([[1, 4]], {}),
        { type: 'DECISION', batch: 1, answer: 'there', rows: [[1, 1]], updated: 0 },
        { type: 'DECISION', batch: 1, answer: 'leave', rows: [[2, 2]], updated: 0 },
        { type: 'DECISION', batch: 1, answer: 'again', rows: [[3, 3]], updated: 0 },
      ]);
      assert.equal(text, `a,${ADDED}\n4,5,\n`);
      assert.equal(document.canDecide, true);
    }));

  it('of an import that has ended holds what was left, with nothing more to decide', () =>
    withFolder(async (jobs) => {
      const { text, document } = await derived(jobs, 'a\n1\n2\n3\n', [
        ...begun(3),
        ...request(1, [[1, 3]], LOST),
        asked([[1, 3]], { 2: ['5'] }),
        { type: 'DECISION', batch: 1, answer: 'there', rows: [[1, 1]], updated: 0 },
        { type: 'DECISION', batch: 1, answer: 'leave', rows: [[2, 3]], updated: 0 },
        { type: 'DONE', status: 'completed', failures: [], unprocessed: [] },
      ]);
      assert.equal(text, `a,${ADDED}\n2,3,5\n3,4,\n`);
      assert.equal(document.canDecide, false);
    }));

  it('is empty while the import is still looking for the rows itself', () =>
    withFolder(async (jobs) => {
      const { text, document } = await derived(jobs, 'a\n1\n2\n', [
        ...begun(2),
        ...request(1, [[1, 1]], LOST),
      ]);
      assert.equal(text, `a,${ADDED}\n`);
      assert.deepEqual([document.count, document.canDecide], [0, false]);
    }));

  it('of a damaged journal holds every row without a result', () =>
    withFolder(async (jobs) => {
      const folder = await journalledJob(jobs, 'a\n1\n2\n3\n4\n', () => [
        ...begun(4),
        ...kept(1, [[2, 2]]),
        ...request(2, [[1, 1]], LOST),
        { type: 'INTENT', batch: 3, rows: [[3, 3]] },
      ]);
      const journal = await readFile(journalPath(folder));
      await writeFile(journalPath(folder), Buffer.concat([journal, Buffer.from('J1 no record\nJ1 none\n')]));
      const document = await deriveUncertain(folder);
      assert.deepEqual(
        [document.count, document.canDecide, document.rows.map(({ row }) => row)],
        [3, false, [1, 3, 4]],
      );
    }));

  it('keeps Shift_JIS rows byte for byte, with CRLF, quotes, line breaks in cells and broken bytes', () =>
    withFolder(async (jobs) => {
      const head = bytesOf('コード,"備考 欄"', 'shift_jis');
      const breaks = bytesOf('"0 1","一行目\r\n""二"",行目\n\r"', 'shift_jis');
      const broken = Buffer.concat([bytesOf('能,', 'shift_jis'), Uint8Array.of(0xfd), bytesOf(' x')]);
      const end = bytesOf('\r\n');
      const file = Buffer.concat([head, end, breaks, end, bytesOf('1,2\r\n'), broken, end]);
      const { bytes, document } = await derived(jobs, file, [
        ...begun(3),
        ...kept(1, [[2, 2]]),
        ...request(
          2,
          [
            [1, 1],
            [3, 3],
          ],
          LOST,
        ),
        asked(
          [
            [1, 1],
            [3, 3],
          ],
          { 3: ['😀"\r\n,=1+1'] },
        ),
      ]);
      assert.equal(document.encoding, 'shift_jis');
      const expected = [head, bytesOf(`,${ADDED}\r\n`), breaks, bytesOf(',2,\r\n')];
      expected.push(broken, bytesOf(',7,"U+1F600""\r\n,=1+1"\r\n'));
      assert.equal(bytes.toString('latin1'), Buffer.concat(expected).toString('latin1'));
    }));

  it('keeps UTF-16 with its byte order mark, tabs, and the end of a file without a line end', () =>
    withFolder(async (jobs) => {
      const text = '\ufeffid\tname\r\n1\t髙橋😀\r\n2\tz';
      const { bytes } = await derived(jobs, Buffer.from(text, 'utf16le'), [
        ...begun(2),
        ...request(1, [[1, 2]], LOST),
        asked([[1, 2]], {}),
      ]);
      const columns = ADDED.replace(',', '\t');
      const expected = `\ufeffid\tname\t${columns}\r\n1\t髙橋😀\t2\t\r\n2\tz\t3\t\r\n`;
      assert.equal(bytes.toString('utf16le'), expected);
    }));

  it('of a worksheet is a CSV that Excel opens, and names cells in place of lines', () =>
    withFolder(async (jobs) => {
      const file = await workbook(['コード', 'b'], [['001', 'x,"y"\nz']]);
      const { text, document } = await derived(jobs, file, [
        ...begun(1),
        ...request(1, [[1, 1]], LOST),
        asked([[1, 1]], { 1: ['8'] }),
      ]);
      assert.equal(text, `\ufeffコード,b,${ADDED}\r\n001,"x,""y""\nz",2,8\r\n`);
      assert.deepEqual([document.rows[0]?.cell, document.rows[0]?.range], ['Rows!2:2', null]);
    }));

  it('replaces the columns of an earlier document, and keeps the numbers of the first file', () =>
    withFolder(async (jobs) => {
      const events = [...begun(1), ...request(1, [[1, 1]], LOST), asked([[1, 1]], { 1: ['8'] })];
      const unimported = await derived(jobs, 'a,__import_row,__import_reason\n1,7,old\n', events);
      assert.equal(unimported.text, `a,${ADDED}\n1,7,8\n`);
      const saved = await derived(jobs, unimported.text, events);
      assert.equal(saved.text, `a,${ADDED}\n1,7,8\n`);
    }));

  it('lists 10,000 rows and writes all', () =>
    withFolder(async (jobs) => {
      const { text, document } = await derived(jobs, `a\n${'1\n'.repeat(10_500)}`, [
        ...begun(10_500),
        ...request(1, [[1, 10_500]], LOST),
        asked([[1, 10_500]], {}),
      ]);
      assert.deepEqual([document.count, document.rows.length, document.shown.rows], [10_500, 10_000, 10_000]);
      assert.equal(text.split('\n').length, 10_502);
    }));

  it('stands beside the unimported rows, and none is in both', () =>
    withFolder(async (jobs) => {
      const { folder, text } = await derived(jobs, 'a\n1\n2\n', [
        ...begun(2),
        ...request(1, [[1, 1]], LOST),
        { type: 'STOP' },
        {
          type: 'DONE',
          status: 'completed',
          failures: [],
          unprocessed: [{ rows: [[2, 2]], reason: { code: 'job.stopped' } }],
        },
      ]);
      const unimported = await derive(folder);
      assert.equal(text, `a,${ADDED}\n1,2,\n`);
      assert.match(await readFile(unimported.path, 'utf8'), /\n2,3,Not sent[^\n]+\n$/);
      assert.deepEqual((await readdir(path.join(folder, 'out'))).sort(), [
        'unimported.csv',
        'unimported.json',
        'unknown.csv',
      ]);
    }));
});

const NOTHING = { committed: [], updated: 0, ids: [], revisions: [], rejected: [], again: [] } as const;

function begun(total: number): JobEvent[] {
  return [
    { type: 'OPEN', engine: '0' },
    { type: 'PLAN', total, invalid: 0 },
  ];
}

function kept(batch: number, rows: readonly RowRange[]): JobEvent[] {
  const count = rows.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return request(batch, rows, { kind: 'committed', ids: toIdRuns(upTo(count).map(String)), revisions: [] });
}

function asked(rows: readonly RowRange[], candidates: Readonly<Record<number, readonly string[]>>): JobEvent {
  const list = Object.entries(candidates).map(([row, ids]) => ({ row: Number(row), ids }));
  return { type: 'ASK', rows, candidates: list };
}

function words({ rows }: UncertainFile): string[] {
  return rows.map(({ problem }) => renderMessage(problem.message));
}

async function derived(
  jobs: string,
  file: string | Buffer,
  events: readonly JobEvent[],
): Promise<{ folder: string; document: UncertainFile; bytes: Buffer; text: string }> {
  const folder = await journalledJob(jobs, file, () => events);
  const document = await deriveUncertain(folder);
  const bytes = await readFile(document.path);
  return { folder, document, bytes, text: bytes.toString('utf8') };
}
