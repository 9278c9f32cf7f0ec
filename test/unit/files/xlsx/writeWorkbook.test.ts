import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import exceljs from 'exceljs';
import { ExpectedError } from '../../../../src/core/message';
import { safeSheetName, writeTextWorkbook } from '../../../../src/core/files/writeWorkbook';
import { openWorkbook } from '../../../../src/core/files/xlsx/readXlsx';
import { readRows, useFolder } from './support';

const HEADER = ['コード', '会社名', 'note'];
const ROWS = [
  ['00123', '株式会社𠮷野 😀', '=1+1'],
  ['+81-3', ' spaces around ', 'two\nlines'],
  ['1E5', 'two\r\nlines', '_x000D_ and _x005F_'],
  ['2024/01/02', '<b>&amp;</b> "quoted" \'x\'', '\tend\u0001\u007f'],
  ['', 'あ'.repeat(32_767), 'TRUE'],
  ['-@SUM(A1)', '', '😀'],
];

describe('Writing a workbook of text', function () {
  this.timeout(60_000);
  const folder = useFolder();

  it('reads back cell for cell what was written', async () => {
    const path = join(folder.path, 'round-trip.xlsx');
    await writeTextWorkbook(path, '未取込', HEADER, ROWS);
    const table = await openWorkbook(path, {});
    assert.deepEqual(table.info.header, HEADER);
    assert.ok(table.info.format === 'xlsx');
    assert.equal(table.info.sheet, '未取込');
    const rows = await readRows(table);
    assert.deepEqual(
      rows.map(({ cells }) => cells),
      ROWS,
    );
    assert.deepEqual(
      rows.flatMap(({ problems }) => problems ?? []),
      [],
    );
  });

  it('makes every cell text and the header bold and frozen', async () => {
    const path = join(folder.path, 'styles.xlsx');
    await writeTextWorkbook(path, 'Rows', HEADER, ROWS);
    const workbook = new exceljs.Workbook();
    await workbook.xlsx.readFile(path);
    const sheet = workbook.getWorksheet('Rows');
    assert.ok(sheet);
    assert.equal(sheet.getCell('A1').font.bold, true);
    assert.notEqual(sheet.getCell('A2').font.bold, true);
    const view = sheet.views[0];
    assert.ok(view?.state === 'frozen');
    assert.equal(view.ySplit, 1);
    for (const address of ['A2', 'C2', 'A4', 'A5']) {
      assert.equal(sheet.getCell(address).numFmt, '@', address);
      assert.equal(typeof sheet.getCell(address).value, 'string', address);
    }
    assert.equal(sheet.getCell('C2').value, '=1+1');
    assert.ok(sheet.columns.every(({ width }) => width !== undefined && width >= 10 && width <= 40));
  });

  it('takes rows from an asynchronous source and keeps their order', async () => {
    const path = join(folder.path, 'many.xlsx');
    const count = 3000;
    await writeTextWorkbook(
      path,
      'Rows',
      ['n', 'text'],
      // eslint-disable-next-line @typescript-eslint/require-await
      (async function* () {
        for (let n = 1; n <= count; n++) yield [String(n), `行${n}`];
      })(),
    );
    const rows = await readRows(await openWorkbook(path, {}));
    assert.equal(rows.length, count);
    assert.ok(
      rows.every(({ ordinal, cells }) => cells[0] === String(ordinal) && cells[1] === `行${ordinal}`),
    );
  });

  it('gives the sheet a name that Excel allows', () => {
    assert.equal(safeSheetName('a/b\\c?d*e[f]g:h'), 'a b c d e f g h');
    assert.equal(safeSheetName("'quoted'"), 'quoted');
    assert.equal(safeSheetName('あ'.repeat(40)), 'あ'.repeat(31));
    assert.equal(safeSheetName(`${'x'.repeat(30)}😀`), 'x'.repeat(30));
    for (const name of ['', '  ', 'History', '[]', "'"]) assert.equal(safeSheetName(name), 'Sheet1');
  });

  it('leaves nothing behind when the rows fail or do not fit into cells', async () => {
    const path = join(folder.path, 'failed.xlsx');
    const failing = (function* () {
      yield ['1'];
      throw new Error('source broke');
    })();
    await assert.rejects(writeTextWorkbook(path, 'Rows', ['n'], failing), /source broke/);
    await assert.rejects(
      writeTextWorkbook(path, 'Rows', ['n'], [['x'.repeat(32_768)]]),
      (error) => error instanceof ExpectedError && error.detail.code === 'workbook.cellTooLongToWrite',
    );
    assert.equal(existsSync(path), false);
    assert.deepEqual(
      (await readdir(folder.path)).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('says why a file cannot be written', async () => {
    await assert.rejects(
      writeTextWorkbook(join(folder.path, 'no', 'such', 'folder.xlsx'), 'Rows', ['n'], []),
      (error) => error instanceof ExpectedError && error.detail.code === 'file.notFound',
    );
  });
});
