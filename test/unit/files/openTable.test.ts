import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectDelimiter } from '../../../src/core/files/csvDialect';
import { FILE_MESSAGES } from '../../../src/core/files/messages';
import { openTable } from '../../../src/core/files/openTable';
import { encode, readTable, refusal, temporaryFolder } from './csvSupport';

describe('opening a file', () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  it('tells what was found', async () => {
    const { info, rows } = await readTable(
      folder.write('found.txt', encode('コード;名前\r\n1;山田\r\n', 'shift_jis')),
    );
    assert.deepEqual(info, {
      format: 'csv',
      encoding: 'shift_jis',
      bom: false,
      delimiter: ';',
      lineEnd: '\r\n',
      header: ['コード', '名前'],
      headerPlace: { line: 1, byteOffset: 0, byteLength: 13 },
    });
    assert.deepEqual(rows, [{ ordinal: 1, line: 2, byteOffset: 13, byteLength: 8, cells: ['1', '山田'] }]);
  });

  it('takes the encoding and delimiter a person chose', async () => {
    const path = folder.write('chosen.csv', encode('a|b,c\n表|2,ポ\n', 'shift_jis'));
    const { info, rows } = await readTable(path, { encoding: 'shift_jis', delimiter: '|' });
    assert.deepEqual(info.header, ['a', 'b,c']);
    assert.deepEqual(rows[0]?.cells, ['表', '2,ポ']);
  });

  it('allows a header without rows', async () => {
    for (const text of ['a,b', 'a,b\n', '\n\r\na,b\r\n\r\n']) {
      const { info, rows } = await readTable(folder.write('header.csv', text));
      assert.deepEqual([info.header, rows], [['a', 'b'], []]);
    }
  });

  it('reads a second time from the beginning', async () => {
    const table = await openTable(folder.write('twice.csv', 'a,b\n1,2\n'));
    for (let pass = 0; pass < 2; pass++) {
      const lines: number[] = [];
      for await (const batch of table.rows()) lines.push(...batch.map(({ line }) => line));
      assert.deepEqual(lines, [2]);
    }
  });

  it('refuses what is no table, each with its own sentence', async () => {
    const refuse = async (name: string, content: string | Uint8Array): Promise<string> => {
      const { code } = await refusal(openTable(folder.write(name, content)));
      assert.ok(code in FILE_MESSAGES, code);
      return code;
    };
    const noise = Buffer.from(
      Array.from({ length: 5000 }, (_, index) => (index * index * 31 + index * 7) & 0xff),
    );
    assert.equal(await refuse('empty.csv', ''), 'file.empty');
    assert.equal(await refuse('blank.csv', '\r\n\n\n'), 'file.onlyBlankLines');
    assert.equal(await refuse('bom.csv', '\ufeff'), 'file.onlyBlankLines');
    assert.equal(await refuse('noise.csv', noise), 'file.binary');
    assert.equal(await refuse('nul.csv', new Uint8Array(4096)), 'file.binary');
    assert.equal(await refuse('picture.csv', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')), 'file.binary');
    assert.equal(await refuse('report.csv', '%PDF-1.7\n'), 'file.binary');
    assert.equal(
      await refuse('wide.csv', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])),
      'file.unsupportedEncoding',
    );
    assert.equal(await refuse('jis.csv', 'id,\x1b$B3t\x1b(B\n'), 'file.unsupportedEncoding');
    assert.equal((await refusal(openTable(join(tmpdir(), 'no such file.csv')))).code, 'file.notFound');
    assert.equal((await refusal(openTable(tmpdir()))).code, 'file.isFolder');
  });

  it('leaves archives and anything named as a workbook to the workbook reader', async () => {
    for (const [name, content] of [
      ['archive.csv', 'PK\x03\x04 no archive'],
      ['text.xlsx', 'a,b\n1,2\n'],
      ['old.csv', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ] as const) {
      const { code } = await refusal(openTable(folder.write(name, content)));
      assert.match(code, /^workbook\./, name);
    }
  });
});

describe('detecting the delimiter', () => {
  const cases: readonly [name: string, text: string, delimiter: string, file?: string][] = [
    ['commas', 'a,b,c\n1,2,3\n', ','],
    ['tabs', 'a\tb\n1,5\t2,5\n', '\t'],
    ['semicolons with decimal commas', 'a;b;c\n1,5;2,5;3,5\n', ';'],
    ['pipes', 'a|b\n1|2\n', '|'],
    ['delimiters inside quotes', '"a;x;y;z",b\n"1;2;3;4",2\n', ','],
    ['line breaks inside quotes', '"a\n;;","b;"\n"1\n;",2\n', ','],
    ['other delimiters in some rows', 'a,b\nx;y,1\nz,2\n', ','],
    ['one column', 'name\nSmith, John\nDoe, Jane\n', ','],
    ['one column in a .tsv', 'name\nSmith, John\n', '\t', 'x.tsv'],
    ['commas in cells of a .tsv', 'a, b\tc\n1, 2\t3\n', '\t', 'X.TSV'],
    ['a .tsv that holds commas only', 'a,b\n1,2\n', ',', 'x.tsv'],
    ['a last record that is cut', 'a;b\n1;2\n"x, y, z', ';'],
    ['nothing', '', ','],
  ];
  for (const [name, text, delimiter, file = 'x.csv'] of cases) {
    it(`sees through ${name}`, () => assert.equal(detectDelimiter(text, false, file), delimiter));
  }
});
