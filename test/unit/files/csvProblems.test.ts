import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { openTable } from '../../../src/core/files/openTable';
import type { Encoding, Row } from '../../../src/core/files/row';
import { encode, parseInChunks, readRecordText, readTable, refusal, temporaryFolder } from './csvSupport';

describe('problems of CSV rows', () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  /** The rows of a file: cells, and each problem as `column code`. */
  async function read(content: string | Uint8Array, encoding?: Encoding): Promise<[string[], ...string[]][]> {
    const { rows } = await readTable(
      folder.write('rows.csv', content),
      encoding === undefined ? {} : { encoding },
    );
    return rows.map((row) => [[...row.cells], ...describeProblems(row)]);
  }

  it('names the column of bytes that do not decode', async () => {
    const utf8 = Buffer.concat([
      Buffer.from('名,b,c\n1,2,3\nx,'),
      Buffer.from([0x83, 0x5c]),
      Buffer.from(',z\n4,5,6\n'),
    ]);
    assert.deepEqual(await read(utf8, 'utf-8'), [
      [['1', '2', '3']],
      [['x', '\ufffd\\', 'z'], '1 file.undecodable'],
      [['4', '5', '6']],
    ]);
    const shiftJis = Buffer.concat([
      encode('名,b\nあ,い\n', 'shift_jis'),
      Buffer.from('う\nx,\x81"y",\xff\n', 'latin1'),
    ]);
    const rows = await read(shiftJis, 'shift_jis');
    assert.deepEqual(rows[0], [['あ', 'い']]);
    assert.ok(rows[2]?.includes('1 file.undecodable'));
    const eucJp = Buffer.concat([
      encode('名,b\nあ,い\n', 'euc-jp'),
      Buffer.from([0x82, 0xa0, 0x2c, 0x31, 0x0a]),
    ]);
    assert.deepEqual(await read(eucJp, 'euc-jp'), [
      [['あ', 'い']],
      [['\ufffd\ufffd', '1'], '0 file.undecodable'],
    ]);
    const utf16 = Buffer.concat([
      encode('a,b\n', 'utf-16le'),
      Buffer.from([0x31, 0, 0x2c, 0, 0x3d, 0xd8, 0x0a, 0]),
    ]);
    assert.deepEqual(await read(utf16, 'utf-16le'), [[['1', '\ufffd'], '1 file.undecodable']]);
  });

  it('keeps the place of a file of UTF-16 that ends within a code unit', async () => {
    const file = Buffer.concat([encode('a,b\n1,2', 'utf-16be'), Buffer.from([0x30])]);
    const { rows } = await readTable(folder.write('odd.csv', file));
    assert.deepEqual(rows[0]?.cells, ['1', '2\ufffd']);
    assert.equal(rows[0].byteOffset + rows[0].byteLength, file.length);
    assert.deepEqual(describeProblems(rows[0]), ['1 file.undecodable']);
  });

  it('finds undecodable bytes wherever chunks are cut', () => {
    for (const bad of [
      [0xe3, 0x81],
      [0x81],
      [0xff],
      [0xe3],
      [0xf0, 0x9f, 0x98],
      [0xc0, 0x80],
      [0xef, 0xbf, 0xbd],
    ]) {
      const file = Buffer.concat([
        Buffer.from('a,b\n1,2\nあ,'),
        Buffer.from(bad),
        Buffer.from('い\nう,😀\n'),
      ]);
      for (let size = 1; size <= file.length; size++) {
        const rows = parseInChunks(file, size, {
          encoding: 'utf-8',
          delimiter: ',',
          byteOffset: 0,
          columns: 2,
        });
        const code = bad[0] === 0xef ? 'file.replacementCharacter' : 'file.undecodable';
        assert.deepEqual(
          rows.map((row) => describeProblems(row)),
          [[], [`1 ${code}`], []],
          `${bad.toString()} in chunks of ${size}`,
        );
      }
    }
  });

  it('tells a replacement character that stands in the file from bytes that do not decode', async () => {
    assert.deepEqual(await read('a,b\n1,x\ufffdy\n2,z\n'), [
      [['1', 'x\ufffdy'], '1 file.replacementCharacter'],
      [['2', 'z']],
    ]);
  });

  it('names NUL characters', async () => {
    for (const encoding of ['utf-8', 'shift_jis', 'utf-16le'] as const) {
      assert.deepEqual(await read(encode('名,b\n1,\0\nx"y,"a"\0\nあ,い\n', encoding), encoding), [
        [['1', '\0'], '1 file.nul'],
        [['x"y', 'a\0'], '1 file.textAfterQuote'],
        [['あ', 'い']],
      ]);
    }
  });

  it('refuses rows with too few cells, and with too many unless the extra ones are empty', async () => {
    assert.deepEqual(await read('a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n,,\n1,2,3\n'), [
      [['1', '2'], 'row file.tooFewCells'],
      [['1', '2', '3']],
      [['1', '2', '3', '4'], 'row file.tooManyCells'],
      [['', '', '']],
      [['1', '2', '3']],
    ]);
  });

  it('keeps other control characters, in every encoding', async () => {
    const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code))
      .filter((character) => !'\0\n\r'.includes(character))
      .join('');
    for (const encoding of ['utf-8', 'shift_jis', 'euc-jp', 'utf-16be'] as const) {
      const rows = await read(
        encode(`名,b\nあ${controls},い\x7f\n1,2\n${'3,4\n'.repeat(500)}`, encoding),
        encoding,
      );
      assert.deepEqual(rows.slice(0, 2), [[[`あ${controls}`, 'い\x7f']], [['1', '2']]]);
    }
  });

  describe('with quotes that break the rules', () => {
    const cases: readonly [name: string, record: string, cells: string[], ...problems: string[]][] = [
      ['text after the closing quote', '"a"b,c', ['"a"b', 'c'], '0 file.textAfterQuote'],
      ['a quote that is not doubled', '"5" pipe",c', ['"5" pipe"', 'c'], '0 file.textAfterQuote'],
      ['a space after the closing quote', '"a" ,c', ['"a" ', 'c'], '0 file.textAfterQuote'],
      ['a space before the opening quote', 'a, "b"', ['a', ' "b"'], '1 file.spaceBeforeQuote'],
      ['a delimiter behind a space and a quote', ' "a,b"', [' "a', 'b"'], '0 file.spaceBeforeQuote'],
      ['a line break lost to a wrong quote', '"a\n1,"b",c', ['"a\n1,"b"', 'c'], '0 file.textAfterQuote'],
      ['two inch marks in one row', '5" a,6" b', ['5" a', '6" b'], '0 file.strayQuote'],
      [
        'an inch mark in a ragged row',
        '5" a,b,c',
        ['5" a', 'b', 'c'],
        'row file.tooManyCells',
        '0 file.strayQuote',
      ],
      ['one inch mark', '5" pipe,c', ['5" pipe', 'c']],
      ['a word in quotes inside a cell', 'a "b" c,d', ['a "b" c', 'd']],
      ['two words in quotes in two cells', 'a "b",c "d"', ['a "b"', 'c "d"']],
      ['doubled quotes in quoted cells', '"""a"", b","c"""', ['"a", b', 'c"']],
      ['quotes and breaks that are well formed', '"a\n""\n","\r\n"', ['a\n"\n', '\r\n']],
    ];
    for (const [name, record, cells, ...problems] of cases) {
      it(`${problems.length > 0 ? 'names' : 'takes as it is'}: ${name}`, async () => {
        for (const encoding of ['utf-8', 'shift_jis', 'utf-16le'] as const) {
          const rows = await read(encode(`名,b\nx,y\n${record}\nz,あ\n`, encoding), encoding);
          const found = rows[1]?.slice(1).sort();
          assert.deepEqual(rows[1]?.[0], cells);
          assert.deepEqual(found, problems.toSorted());
          assert.deepEqual(rows[0], [['x', 'y']]);
          assert.deepEqual(rows[2], [['z', 'あ']], 'the next record is read as usual');
        }
      });
    }
  });

  it('refuses an unclosed quote with the place where it opens', async () => {
    for (const encoding of ['utf-8', 'shift_jis', 'euc-jp', 'utf-16be'] as const) {
      const file = encode(`名,b\r\n"1\r\n1",2\r\n"あ\r\nい",漢字,"う\r\n${'3,4\r\n'.repeat(50)}`, encoding);
      const table = await openTable(folder.write('unclosed.csv', file), { encoding });
      assert.deepEqual(await refusal(consume(table.rows())), {
        code: 'file.unclosedQuote',
        args: { line: 5, column: 7 },
      });
    }
  });

  it('refuses a cell of 20 MB with its place and without keeping it', async () => {
    const path = folder.write('long.csv', 'a,b\n1,2\n');
    const piece = Buffer.alloc(1024 * 1024, 'x');
    async function* pieces(): AsyncGenerator<Buffer> {
      yield Buffer.from('a,b\n1,2\n3,"');
      for (let index = 0; index < 20; index++) yield await Promise.resolve(piece);
      yield Buffer.from('"\n5,6\n');
    }
    await pipeline(Readable.from(pieces()), createWriteStream(path));
    const table = await openTable(path);
    assert.deepEqual(await refusal(consume(table.rows())), {
      code: 'file.cellTooLong',
      args: { line: 3, column: 3, limit: 8 },
    });
  }).timeout(60_000);

  it('refuses a row without end', async () => {
    const path = folder.write('wide.csv', `a,b\n1,${'x'.repeat(8_500_000)}\n`);
    assert.deepEqual(await refusal(openTable(path).then((table) => consume(table.rows()))), {
      code: 'file.rowTooLong',
      args: { line: 2, limit: 8 },
    });
    const commas = folder.write('commas.csv', `a,b\n1,2\n${','.repeat(30_000)}\n`);
    assert.deepEqual(await refusal(openTable(commas).then((table) => consume(table.rows()))), {
      code: 'file.tooManyColumns',
      args: { line: 3, limit: 20_000 },
    });
  }).timeout(60_000);

  it('refuses a header that cannot be read', async () => {
    const refuse = (content: string | Uint8Array, encoding: Encoding) =>
      refusal(openTable(folder.write('header.csv', content), { encoding }));
    assert.deepEqual(await refuse(encode('名前,b\n1,2\n', 'shift_jis'), 'utf-8'), {
      code: 'file.headerUndecodable',
      args: { encoding: 'UTF-8' },
    });
    assert.deepEqual(await refuse('a\0,b\n1,2\n', 'utf-8'), { code: 'file.headerNul' });
    assert.deepEqual(await refuse('\na, "b"\n1,2\n', 'utf-8'), {
      code: 'file.headerQuote',
      args: { line: 2 },
    });
    assert.deepEqual(await refuse('a,"b\n1,2\n', 'utf-8'), {
      code: 'file.unclosedQuote',
      args: { line: 1, column: 3 },
    });
  });

  it('gives a malformed record again byte for byte', async () => {
    const path = folder.write('raw.csv', encode('名,b\r\n1,"x\r\n"y",z\r\n2,3', 'shift_jis'));
    const { info, rows } = await readTable(path, { encoding: 'shift_jis' });
    assert.deepEqual(await Promise.all(rows.map((row) => readRecordText(path, row, info))), [
      '1,"x\r\n"y",z\r\n',
      '2,3',
    ]);
  });
});

function describeProblems(row: Row): string[] {
  return (row.problems ?? []).map(({ column, message }) => `${column ?? 'row'} ${message.code}`);
}

async function consume(rows: AsyncIterable<readonly Row[]>): Promise<void> {
  let count = 0;
  for await (const batch of rows) count += batch.length;
  assert.ok(count < 10_000);
}
