import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import exceljs from 'exceljs';
import { openWorkbook } from '../../../../src/core/files/xlsx/readXlsx';
import { readSharedStrings } from '../../../../src/core/files/xlsx/sharedStrings';
import { sheetRows } from '../../../../src/core/files/xlsx/sheetRows';
import { readCellFormats } from '../../../../src/core/files/xlsx/styles';
import { cellFixture } from '../../../support/cellFixture';
import {
  relationshipsXml,
  sharedStringsXml,
  sheetXml,
  STYLE,
  workbookParts,
  workbookXml,
  zipParts,
  type Parts,
} from '../../../support/workbookXml';
import { readRows, useFolder } from './support';

const STRINGS = sharedStringsXml(['<t>x</t>', '<t>y</t>']);
const HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>';
const ROW = '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>5</v></c></row>';

describe('Reading workbooks of different makes', function () {
  this.timeout(60_000);
  const folder = useFolder();

  async function read(parts: Parts | Uint8Array, sheet?: string) {
    const table = await openWorkbook(
      await folder.file('book.xlsx', parts),
      sheet === undefined ? {} : { sheet },
    );
    assert.ok(table.info.format === 'xlsx');
    const rows = await readRows(table);
    return { info: table.info, rows, cells: rows.map(({ cells }) => cells) };
  }

  const sameMeaning: readonly [what: string, parts: () => Parts][] = [
    ['as Excel writes it', () => workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS })],
    [
      'rows and cells without references',
      () =>
        workbookParts({ sheet: sheetXml((HEADER + ROW).replace(/ r="\w+"/g, '')), sharedStrings: STRINGS }),
    ],
    [
      'names with a prefix',
      () => {
        const prefixed = (xml: string) =>
          xml.replace(/<(\/?)([a-z])/gi, '<$1x:$2').replace(/ xmlns="/g, ' xmlns:x="');
        return workbookParts({ sheet: prefixed(sheetXml(HEADER + ROW)), sharedStrings: prefixed(STRINGS) });
      },
    ],
    [
      'a sheet part of another name',
      () =>
        workbookParts({
          sheet: sheetXml(HEADER + ROW),
          sharedStrings: STRINGS,
          target: 'worksheets/データ.xml',
        }),
    ],
    [
      'an absolute target',
      () =>
        workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS, target: '/sheets/one.xml' }),
    ],
    [
      'part names in another case and with backslashes',
      () => {
        const parts = workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS });
        return Object.fromEntries(
          Object.entries(parts).map(([name, content]) => [
            name.replace('xl/worksheets/sheet1.xml', 'XL\\Worksheets\\Sheet1.xml'),
            content,
          ]),
        );
      },
    ],
    [
      'a workbook part under another name',
      () => {
        const parts = workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS });
        return {
          '_rels/.rels': relationshipsXml([['a', 'officeDocument', '/other/main.xml']]),
          'other/main.xml': parts['xl/workbook.xml'] ?? '',
          'other/_rels/main.xml.rels': relationshipsXml([
            ['rId1', 'worksheet', '../xl/worksheets/sheet1.xml'],
            ['rId2', 'sharedStrings', '../xl/sharedStrings.xml'],
          ]),
          'xl/worksheets/sheet1.xml': parts['xl/worksheets/sheet1.xml'] ?? '',
          'xl/sharedStrings.xml': STRINGS,
        };
      },
    ],
    [
      'a strict workbook',
      () =>
        Object.fromEntries(
          Object.entries(workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS })).map(
            ([name, content]) => [
              name,
              String(content)
                .replaceAll(
                  'http://schemas.openxmlformats.org/officeDocument/2006',
                  'http://purl.oclc.org/ooxml/officeDocument',
                )
                .replaceAll(
                  'http://schemas.openxmlformats.org/spreadsheetml/2006',
                  'http://purl.oclc.org/ooxml/spreadsheetml',
                ),
            ],
          ),
        ),
    ],
    [
      'a sheet in UTF-16',
      () => ({
        ...workbookParts({ sheet: '', sharedStrings: STRINGS }),
        'xl/worksheets/sheet1.xml': Buffer.from(
          `\uFEFF${sheetXml(HEADER + ROW).replace('encoding="UTF-8"', 'encoding="UTF-16"')}`,
          'utf16le',
        ),
      }),
    ],
    [
      'comments, processing instructions and line breaks between the tags',
      () =>
        workbookParts({
          sheet: sheetXml(`\n<!-- <row r="9"/> -->${HEADER}\r\n<?x <row>?>${ROW.replace(/></g, '>\n  <')}`),
          sharedStrings: STRINGS,
        }),
    ],
  ];
  for (const [what, parts] of sameMeaning) {
    it(`reads ${what}`, async () => {
      const { info, rows, cells } = await read(parts());
      assert.deepEqual(info.header, ['x', 'y']);
      assert.deepEqual(cells, [['y', '5']]);
      assert.equal(rows[0]?.line, 2);
    });
  }

  it('reads workbooks whose entries do not say their sizes in front', async () => {
    const path = join(folder.path, 'streamed.xlsx');
    const writer = new exceljs.stream.xlsx.WorkbookWriter({
      stream: createWriteStream(path),
      useSharedStrings: true,
    });
    const sheet = writer.addWorksheet('S');
    for (let n = 0; n <= 2000; n++) sheet.addRow([n, `東京${n}`, n * 1.5]).commit();
    await writer.commit();
    const rows = await readRows(await openWorkbook(path, {}));
    assert.equal(rows.length, 2000);
    assert.deepEqual(rows.at(-1)?.cells, ['2000', '東京2000', '3000']);
  });

  it('counts days from 1904 where the workbook says so', async () => {
    const sheet = sheetXml(
      `${HEADER}<row r="2"><c r="A2" s="1"><v>43538</v></c><c r="B2" s="1"><v>0</v></c></row>`,
    );
    const { cells } = await read(workbookParts({ sheet, sharedStrings: STRINGS, date1904: true }));
    assert.deepEqual(cells, [['2023-03-15', '1904-01-01']]);
  });

  it('opens the first visible sheet, or the one that is named, in the order of the tabs', async () => {
    const sheetOf = (text: string) => sheetXml(`<row><c t="inlineStr"><is><t>${text}</t></is></c></row>`);
    const parts: Parts = {
      ...workbookParts({ sheet: sheetOf('one') }),
      'xl/worksheets/sheet2.xml': sheetOf('two'),
      'xl/chartsheets/sheet3.xml': '<chartsheet/>',
      'xl/workbook.xml': workbookXml(
        '<sheet name="Secret" sheetId="3" state="veryHidden" r:id="rId1"/>' +
          '<sheet name="Chart" sheetId="4" r:id="rId9"/>' +
          '<sheet name="売上 &amp; 顧客" sheetId="9" r:id="rId2"/>',
      ),
      'xl/_rels/workbook.xml.rels': relationshipsXml([
        ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
        ['rId2', 'worksheet', 'worksheets/sheet2.xml'],
        ['rId9', 'chartsheet', 'chartsheets/sheet3.xml'],
      ]),
    };
    const { info } = await read(parts);
    assert.deepEqual(info.sheets, [
      { name: 'Secret', hidden: true },
      { name: '売上 & 顧客', hidden: false },
    ]);
    assert.equal(info.sheet, '売上 & 顧客');
    assert.deepEqual(info.header, ['two']);
    assert.deepEqual((await read(parts, 'Secret')).info.header, ['one']);
  });

  it('takes the first row with something in it as the header and cuts off its empty end', async () => {
    const sheet = sheetXml(
      '<row r="1"><c r="A1" s="1"/></row><row r="3"><c r="A3"/><c r="B3" t="s"><v>0</v></c><c r="C3" s="1"/></row>' +
        '<row r="4"><c r="A4"><v>1</v></c></row><row r="6"><c r="C6" s="1"/></row>',
    );
    const { info, rows } = await read(workbookParts({ sheet, sharedStrings: STRINGS }));
    assert.deepEqual(info.header, ['', 'x']);
    assert.equal(info.headerPlace.line, 3);
    assert.deepEqual(rows, [{ ordinal: 1, line: 4, byteOffset: 0, byteLength: 0, cells: ['1', ''] }]);
  });

  it('tells of values to the right of the header and keeps them', async () => {
    const row = '<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>9</v></c></row>';
    const { rows } = await read(workbookParts({ sheet: sheetXml(HEADER + row), sharedStrings: STRINGS }));
    assert.deepEqual(rows[0]?.cells, ['1', '', '', '9']);
    assert.deepEqual(rows[0].problems, [{ column: 3, message: { code: 'workbook.beyondHeader' } }]);
  });

  it('hands out very wide rows in small batches', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `<row r="${n + 2}"><c r="XFD${n + 2}"><v>${n}</v></c></row>`,
    );
    const parts = workbookParts({ sheet: sheetXml(HEADER + rows.join('')), sharedStrings: STRINGS });
    const table = await openWorkbook(await folder.file('wide.xlsx', parts), {});
    let count = 0;
    for await (const batch of table.rows()) {
      count += batch.length;
      assert.ok(batch.length < 20);
      for (const { cells, problems } of batch) {
        assert.equal(cells.length, 16_384);
        assert.ok(cells.slice(0, -1).every((cell) => cell === ''));
        assert.equal(problems?.[0]?.column, 16_383);
      }
    }
    assert.equal(count, 60);
  });

  it('opens a sheet without any value, with an empty header', async () => {
    const { info, rows } = await read(workbookParts({ sheet: sheetXml('<row r="1"/>') }));
    assert.deepEqual(info.header, []);
    assert.deepEqual(rows, []);
  });

  it('tells of values that cannot be what their cell says', async () => {
    const bad: [cell: string, text: string, code: string][] = [
      ['<c r="A@" s="1"><v>60</v></c>', '1900-02-29', 'workbook.noSuchDay'],
      ['<c r="A@" s="1"><v>-1</v></c>', '-1', 'workbook.notADate'],
      ['<c r="A@" s="1"><v>0</v></c>', '0', 'workbook.notADate'],
      ['<c r="A@" s="2"><v>2958466</v></c>', '2958466', 'workbook.notADate'],
      ['<c r="A@"><v>12x</v></c>', '12x', 'workbook.unreadableValue'],
      ['<c r="A@" t="d"><v>yesterday</v></c>', 'yesterday', 'workbook.unreadableValue'],
      ['<c r="A@" t="s"><v>99</v></c>', '', 'workbook.missingText'],
      ['<c r="A@"><f>A1</f><v></v></c>', '', 'workbook.notCalculated'],
      ['<c r="A@" t="inlineStr"><is><t>\uFFFD</t></is></c>', '\uFFFD', 'file.replacementCharacter'],
      ['<c r="A@" t="inlineStr"><is><t>_x0000_</t></is></c>', '\0', 'file.nul'],
      ['<c r="A@" t="inlineStr"><is><t>_xD83D_</t></is></c>', '\uD83D', 'workbook.halfCharacter'],
    ];
    const rows = bad.map(
      ([cell], index) => `<row r="${index + 2}">${cell.replace('@', String(index + 2))}</row>`,
    );
    const found = await read(
      workbookParts({ sheet: sheetXml(HEADER + rows.join('')), sharedStrings: STRINGS }),
    );
    assert.deepEqual(
      found.rows.map(({ cells, problems }) => [cells[0], problems?.map(({ message }) => message.code)]),
      bad.map(([, text, code]) => [text, [code]]),
    );
  });

  it('reads the same wherever the bytes are cut into chunks', async () => {
    const fixture = cellFixture();
    const parts = fixture.parts();
    const readCut = async (size: number) => {
      const source = {
        // eslint-disable-next-line @typescript-eslint/require-await
        async *read(part: string) {
          const bytes = Buffer.from(parts[part] ?? '');
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        },
      };
      const context = {
        formats: await readCellFormats(source, 'xl/styles.xml'),
        strings: await readSharedStrings(source, 'xl/sharedStrings.xml'),
        date1904: false,
      };
      const rows = [];
      for await (const found of sheetRows(source, 'xl/worksheets/sheet1.xml', context)) rows.push(...found);
      return rows;
    };
    const whole = await readCut(1 << 20);
    for (const size of [1, 2, 3, 7, 64, 1000]) assert.deepEqual(await readCut(size), whole, `${size} bytes`);
    assert.equal(whole.length, 1 + fixture.cases.length + 3);
  });

  it('reads Japanese text as the whole-workbook reader of exceljs does', async () => {
    const texts = [
      '株式会社サンプル',
      '東京都千代田区',
      '𠮷野家😀',
      'ﾊﾝｶｸ',
      'a & b < c',
      'メモ\n二行目',
      '～−①㈱髙﨑',
    ];
    const workbook = new exceljs.Workbook();
    const sheet = workbook.addWorksheet('顧客');
    sheet.addRow(['番号', '名前', '日付', '金額', '済', '備考']);
    const day = Date.UTC(2024, 1, 28);
    for (let n = 0; n < 1500; n++) {
      const text = texts[n % texts.length] ?? '';
      const row = sheet.addRow([
        String(n).padStart(5, '0'),
        `${text}${n}`,
        new Date(day + n * 86_400_000),
        n * 1.1,
        n % 2 === 0,
        n % 3 === 0 ? null : `${text.repeat(20)}${n}`,
      ]);
      row.getCell(3).numFmt = 'yyyy"年"m"月"d"日"';
    }
    const path = join(folder.path, 'oracle.xlsx');
    await workbook.xlsx.writeFile(path);

    const oracle = new exceljs.Workbook();
    await oracle.xlsx.readFile(path);
    const expected: string[][] = [];
    oracle.getWorksheet('顧客')?.eachRow((row) => {
      expected.push(Array.from({ length: 6 }, (_, column) => textOf(row.getCell(column + 1).value)));
    });
    const table = await openWorkbook(path, {});
    const cells = (await readRows(table)).map((row) => [...row.cells]);
    assert.deepEqual([[...table.info.header], ...cells], expected);
  });

  it('reads dates by the section of the format that fits the number', async () => {
    const styles = workbookParts({ sheet: '' })['xl/styles.xml'];
    const custom = String(styles).replace('0.00;[Red]-0.00', '[&lt;1]h:mm;yyyy-mm-dd');
    const s = STYLE.redNegative;
    const row = `<row r="2"><c r="A2" s="${s}"><v>0.75</v></c><c r="B2" s="${s}"><v>45000</v></c></row>`;
    const { cells } = await read(
      workbookParts({ sheet: sheetXml(HEADER + row), sharedStrings: STRINGS, styles: custom }),
    );
    assert.deepEqual(cells, [['18:00', '2023-03-15']]);
  });

  it('takes a stored archive as well as a compressed one', async () => {
    const parts = workbookParts({ sheet: sheetXml(HEADER + ROW), sharedStrings: STRINGS });
    assert.deepEqual((await read(zipParts(parts, 0))).cells, [['y', '5']]);
  });
});

function textOf(value: exceljs.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error('an unexpected kind of value');
}
