import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { cellSpans, quotesAreRegular } from '../../../src/core/files/cellSpans';
import { DELIMITERS } from '../../../src/core/files/row';
import { quoteCell } from '../../../src/core/files/writeCsv';
import { pick, seeded } from './csvSupport';

describe('cell spans', () => {
  const place = (record: string): string[] =>
    cellSpans(record, ',').map(
      (span) =>
        `${span.line}:${span.character}-${span.endLine}:${span.endCharacter} ${record.slice(span.start, span.end)}`,
    );

  it('count lines and UTF-16 units as an editor does', () => {
    assert.deepEqual(place('a,𠮷b,"c\r\nd\re\n",\tf\r\n'), [
      '0:0-0:1 a',
      '0:2-0:5 𠮷b',
      '0:6-3:1 "c\r\nd\re\n"',
      '3:2-3:4 \tf',
    ]);
  });

  it('include empty cells and end with the record', () => {
    assert.deepEqual(place(',"",\nx'), ['0:0-0:0 ', '0:1-0:3 ""', '0:4-0:4 ']);
    assert.deepEqual(place(''), ['0:0-0:0 ']);
  });

  it('undo quotes, and leave malformed cells as they stand', () => {
    const read = (record: string): [string, boolean][] =>
      cellSpans(record, ';').map((span) => [span.text, span.malformed]);
    assert.deepEqual(read('"a;""b""";a"b;"";""""'), [
      ['a;"b"', false],
      ['a"b', false],
      ['', false],
      ['"', false],
    ]);
    assert.deepEqual(read('"a"b;c; "d";"e""f"g;"h'), [
      ['"a"b', true],
      ['c', false],
      [' "d"', true],
      ['"e""f"g', true],
      ['"h', true],
    ]);
  });

  it('have the text csv-parse reads, for generated records', () => {
    const random = seeded(7);
    const alphabet = ['a', ' ', ',', '\t', ';', '|', '"', '"', '\n', '\r\n', '\r', '😀', '表'];
    for (let round = 0; round < 500; round++) {
      const delimiter = pick(random, DELIMITERS);
      const cells = Array.from({ length: 1 + Math.floor(random() * 5) }, () =>
        Array.from({ length: Math.floor(random() * 7) }, () => pick(random, alphabet)).join(''),
      );
      const end = pick(random, ['\n', '\r\n', '\r', '']);
      const record =
        cells
          .map((cell) => quoteCell(cell, delimiter, random() < 0.3 || cells.length === 1))
          .join(delimiter) + end;
      const spans = cellSpans(record, delimiter);
      const [parsed] = parse(record, {
        delimiter,
        record_delimiter: ['\r\n', '\n', '\r'],
        relax_quotes: true,
      });
      assert.deepEqual(
        spans.map(({ text }) => text),
        parsed,
      );
      assert.deepEqual(parsed, cells);
      assert.ok(spans.every(({ malformed }) => !malformed));
      assert.ok(quotesAreRegular(record, delimiter));
      for (const span of spans) {
        const before = record.slice(0, span.start).split(/\r\n|\r|\n/);
        assert.deepEqual([span.line, span.character], [before.length - 1, before.at(-1)?.length]);
        const until = record.slice(0, span.end).split(/\r\n|\r|\n/);
        assert.deepEqual([span.endLine, span.endCharacter], [until.length - 1, until.at(-1)?.length]);
      }
    }
  });

  it('split what they call malformed where csv-parse splits it', () => {
    const random = seeded(11);
    const alphabet = ['a', ' ', ',', '"', '"', '""', 'b'];
    for (let round = 0; round < 1000; round++) {
      const record = Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(random, alphabet)).join(
        '',
      );
      const spans = cellSpans(record, ',');
      let parsed: string[] | undefined;
      try {
        [parsed] = parse(record, { relax_quotes: true });
      } catch {
        assert.ok(spans.at(-1)?.malformed, record);
        assert.ok(!quotesAreRegular(record, ','), record);
        continue;
      }
      assert.equal(spans.length, parsed?.length, record);
      spans.forEach((span, column) => {
        // csv-parse has already undone doubled quotes when it finds that the cell is malformed.
        const read = span.malformed ? parsed?.[column]?.replaceAll('"', '') : parsed?.[column];
        assert.equal(span.malformed ? span.text.replaceAll('"', '') : span.text, read, record);
      });
      if (spans.some(({ malformed }) => malformed)) assert.ok(!quotesAreRegular(record, ','), record);
    }
  });
});

describe('writing cells', () => {
  it('quotes what needs quotes', () => {
    assert.equal(quoteCell('plain text', ','), 'plain text');
    assert.equal(quoteCell('a,b', ','), '"a,b"');
    assert.equal(quoteCell('a,b', ';'), 'a,b');
    assert.equal(quoteCell('a\tb', '\t'), '"a\tb"');
    assert.equal(quoteCell('say "x"', ','), '"say ""x"""');
    assert.equal(quoteCell('a\rb', ','), '"a\rb"');
    assert.equal(quoteCell('', ','), '');
    assert.equal(quoteCell('', ',', true), '""');
  });
});
