import assert from 'node:assert/strict';
import { openWorkbook } from '../../../../src/core/files/xlsx/readXlsx';
import { cellFixture } from '../../../support/cellFixture';
import { zipParts } from '../../../support/workbookXml';
import { readRows, useFolder } from './support';

describe('Reading the cells of a worksheet', function () {
  this.timeout(60_000);
  const folder = useFolder();
  const fixture = cellFixture();

  it('has a fixture of 49 kinds of cells', () => assert.equal(fixture.cases.length, 49));

  for (const [name, build] of [
    ['shared strings after the sheet', () => zipParts(fixture.parts())],
    ['shared strings before the sheet', () => zipParts(fixture.parts({ sharedStringsFirst: true }))],
    ['parts stored without compression', () => zipParts(fixture.parts(), 0)],
  ] as const) {
    describe(name, () => {
      it('reads each kind of cell as the text it means', async () => {
        const table = await openWorkbook(await folder.file('cells.xlsx', build()), {});
        assert.deepEqual(table.info.header, ['kind', 'value', 'more', 'last']);
        const rows = new Map((await readRows(table)).map((row) => [row.line, row]));
        const wrong = fixture.cases.flatMap(({ name, line, text, problem }) => {
          const row = rows.get(line);
          const code = row?.problems?.find(({ column }) => column === 1)?.message.code;
          const right = row?.cells[0] === name && row.cells[1] === text && code === problem;
          return right ? [] : [{ name, text: row?.cells[1]?.slice(0, 50), code }];
        });
        assert.deepEqual(wrong, []);
      });
    });
  }

  it('keeps true row numbers over gaps and hidden rows, and leaves out empty rows', async () => {
    const table = await openWorkbook(await folder.file('lines.xlsx', fixture.parts()), {});
    const rows = await readRows(table);
    const { mergedLine, gapLine, afterEmptyLine } = fixture;
    assert.deepEqual(
      rows.slice(-3).map(({ line, cells }) => ({ line, cells })),
      [
        { line: mergedLine, cells: ['merged A:C', '', '', '7'] },
        { line: gapLine, cells: ['after a gap, hidden', '', '', ''] },
        { line: afterEmptyLine, cells: ['', '', 'column C only', ''] },
      ],
    );
    assert.deepEqual(
      rows.map(({ ordinal }) => ordinal),
      rows.map((_, index) => index + 1),
    );
    assert.equal(gapLine - mergedLine, 5);
  });

  it('reads the same rows again in a second pass', async () => {
    const table = await openWorkbook(await folder.file('twice.xlsx', fixture.parts()), {});
    assert.deepEqual(await readRows(table), await readRows(table));
  });
});
