import assert from 'node:assert/strict';
import { decodeText } from '../../../src/core/files/encodings';
import { openTable } from '../../../src/core/files/openTable';
import { DELIMITERS, ENCODINGS, type Delimiter, type Encoding } from '../../../src/core/files/row';
import { quoteCell } from '../../../src/core/files/writeCsv';
import {
  encode,
  parseInChunks,
  pick,
  readRecordText,
  readTable,
  seeded,
  temporaryFolder,
} from './csvSupport';

const LINE_ENDS = {
  LF: ['\n'],
  CRLF: ['\r\n'],
  CR: ['\r'],
  mixed: ['\r\n', '\n', '\r'],
} as const;

interface Expected {
  readonly cells: readonly string[];
  readonly raw: string;
  readonly line: number;
}

/** A file of records put together by hand, and where each of them must be found. */
class Script {
  text = '';
  readonly records: Expected[] = [];

  record(raw: string, cells: readonly string[], lineEnd: string): this {
    this.records.push({ cells, raw: raw + lineEnd, line: this.text.split(/\r\n|\r|\n/).length });
    this.text += raw + lineEnd;
    return this;
  }

  blank(lineEnd: string): this {
    // A CR and an LF written one after the other would be one line end.
    this.text += this.text.endsWith('\r') && lineEnd === '\n' ? '\r\n' : lineEnd;
    return this;
  }
}

function script(ends: readonly string[]): Script {
  let index = 0;
  const end = (): string => ends[index++ % ends.length] ?? '\n';
  return new Script()
    .blank(end())
    .record('コード,name,備考', ['コード', 'name', '備考'], end())
    .record('1,"x\ny",表示', ['1', 'x\ny', '表示'], end())
    .blank(end())
    .record('2,"p\r\nq\r\n\r\nr",ソ', ['2', 'p\r\nq\r\n\r\nr', 'ソ'], end())
    .record('3,,', ['3', '', ''], end())
    .blank(end())
    .blank(end())
    .blank(end())
    .record('"4","a\rb","""能"""', ['4', 'a\rb', '"能"'], end())
    .record('5,"\r\n\r\r\n\n",ー', ['5', '\r\n\r\r\n\n', 'ー'], end())
    .record('"\n6",構,"十"', ['\n6', '構', '十'], end())
    .record('7,last,', ['7', 'last', ''], '');
}

describe('positions of CSV records', () => {
  const folder = temporaryFolder();
  after(() => folder.remove());

  for (const [name, ends] of Object.entries(LINE_ENDS)) {
    for (const encoding of ENCODINGS) {
      for (const bom of hasBom(encoding) ? [true, false] : [false]) {
        it(`are exact with ${name} in ${encoding}${bom ? ' with a byte order mark' : ''}`, async () => {
          const { text, records } = script(ends);
          const file = encode(text, encoding, bom);
          const path = folder.write('positions.csv', file);
          const { info, rows } = await readTable(path, { encoding });
          const [header, ...expected] = records;

          assert.equal(info.bom, bom);
          assert.deepEqual(info.header, header?.cells);
          assert.equal(info.lineEnd, /[\r\n]+$/.exec(header?.raw ?? '')?.[0]);
          assert.deepEqual(
            rows.map((row) => ({ cells: row.cells, raw: slice(file, row, encoding), line: row.line })),
            expected,
          );
          assert.deepEqual(
            rows.map((row) => row.ordinal),
            expected.map((_, index) => index + 1),
          );
          assert.ok(rows.every((row) => row.problems === undefined));
          assert.equal(info.headerPlace.line, header?.line);
          assert.equal(await readRecordText(path, info.headerPlace, info), header?.raw);
          for (const row of rows) {
            assert.equal(await readRecordText(path, row, info), expected[row.ordinal - 1]?.raw);
          }
        });
      }
    }
  }

  it('do not depend on where chunks are cut', () => {
    for (const ends of [LINE_ENDS.mixed, LINE_ENDS.CRLF]) {
      const { text, records } = script(ends);
      for (const encoding of ENCODINGS) {
        const file = encode(text, encoding);
        for (let size = 1; size <= 9; size++) {
          const rows = parseInChunks(file, size, { encoding, delimiter: ',', byteOffset: 0, columns: 3 });
          assert.deepEqual(
            rows.map((row) => ({ cells: row.cells, raw: slice(file, row, encoding), line: row.line })),
            records.slice(1),
            `${encoding} in chunks of ${size}`,
          );
          assert.ok(rows.every((row) => row.problems === undefined));
        }
      }
    }
  }).timeout(60_000);

  it('and cells are those of generated records', () => {
    const random = seeded(20_250_101);
    const alphabet = [
      'a',
      'B',
      '7',
      ' ',
      ',',
      ';',
      '\t',
      '|',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      '表',
      'ソ',
      'ｱ',
      'ポ',
      '\x1f',
      '\x1a',
    ];
    for (let round = 0; round < 40; round++) {
      const encoding: Encoding = pick(random, ENCODINGS);
      const delimiter: Delimiter = pick(random, DELIMITERS);
      const columns = 2 + Math.floor(random() * 4);
      const generated = new Script();
      for (let index = 0; index < 40; index++) {
        const cells = Array.from({ length: columns }, () =>
          Array.from({ length: Math.floor(random() * 6) }, () => pick(random, alphabet)).join(''),
        );
        const always = random() < 0.3;
        const lineEnd = pick(random, LINE_ENDS.mixed);
        if (random() < 0.1) generated.blank(lineEnd);
        generated.record(
          cells.map((cell) => quoteCell(cell, delimiter, always)).join(delimiter),
          cells,
          lineEnd,
        );
      }
      const file = encode(generated.text, encoding);
      const size = 1 + Math.floor(random() * 200);
      const rows = parseInChunks(file, size, { encoding, delimiter, byteOffset: 0, columns });
      assert.deepEqual(
        rows.map((row) => ({ cells: row.cells, raw: slice(file, row, encoding), line: row.line })),
        generated.records.slice(1),
        `round ${round}: ${encoding}, ${JSON.stringify(delimiter)}, chunks of ${size}`,
      );
      assert.deepEqual(
        rows.filter((row) => row.problems !== undefined),
        [],
      );
    }
  }).timeout(60_000);

  it('count a character beyond the basic plane as two code units of UTF-16', async () => {
    const text = '名,値\n𠮷,"😀\n😀"\n次,\n';
    for (const encoding of ['utf-16le', 'utf-16be', 'utf-8'] as const) {
      const file = encode(text, encoding);
      for (let size = 1; size <= 7; size++) {
        const rows = parseInChunks(file, size, { encoding, delimiter: ',', byteOffset: 0, columns: 2 });
        assert.deepEqual(
          rows.map((row) => slice(file, row, encoding)),
          ['𠮷,"😀\n😀"\n', '次,\n'],
        );
      }
      assert.equal((await readTable(folder.write('astral.csv', file))).info.encoding, encoding);
    }
  });

  it('skip millions of blank lines without keeping them', async () => {
    const path = folder.write(
      'blank.csv',
      Buffer.concat([Buffer.from('a,b\n'), Buffer.alloc(9_000_000, 10), Buffer.from('1,2')]),
    );
    const { rows } = await readTable(path);
    assert.deepEqual(rows, [
      { ordinal: 1, line: 9_000_002, byteOffset: 9_000_004, byteLength: 3, cells: ['1', '2'] },
    ]);
  }).timeout(60_000);

  it('tell a row whose only cell is quoted and empty from a blank line', async () => {
    const { rows } = await readTable(folder.write('one.csv', 'name\n""\n\nx\n""'));
    assert.deepEqual(
      rows.map(({ line, cells }) => [line, ...cells]),
      [
        [2, ''],
        [4, 'x'],
        [5, ''],
      ],
    );
  });

  it('leave out the end-of-file character of DOS', async () => {
    const { rows } = await readTable(folder.write('dos.csv', 'a,b\r\n1,2\r\n\x1a'));
    assert.deepEqual(
      rows.map(({ cells }) => cells),
      [['1', '2']],
    );
  });

  it('give rows in batches of 100, smaller ones where cells are long', async () => {
    const long = 'x'.repeat(300_000);
    const lines = Array.from({ length: 250 }, (_, index) => `${index},${index < 8 ? long : ''}`);
    const table = await openTable(folder.write('batches.csv', ['a,b', ...lines].join('\n')));
    const sizes: number[] = [];
    for await (const batch of table.rows()) sizes.push(batch.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      250,
    );
    assert.ok((sizes[0] ?? 0) <= 4);
    assert.ok(Math.max(...sizes) <= 100);
  }).timeout(60_000);

  it('stop reading with the reason of the signal', async () => {
    const table = await openTable(folder.write('stop.csv', `a,b\n${'1,2\n'.repeat(100_000)}`));
    const controller = new AbortController();
    const reason = new Error('enough');
    let batches = 0;
    await assert.rejects(async () => {
      for await (const batch of table.rows(controller.signal)) {
        batches += batch.length > 0 ? 1 : 0;
        controller.abort(reason);
      }
    }, reason);
    assert.ok(batches < 500);
  });
});

function hasBom(encoding: Encoding): boolean {
  return encoding.startsWith('utf');
}

function slice(file: Buffer, place: { byteOffset: number; byteLength: number }, encoding: Encoding): string {
  return decodeText(file.subarray(place.byteOffset, place.byteOffset + place.byteLength), encoding);
}
