import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { cellSpans } from '../../../src/core/files/cellSpans';
import { openTable } from '../../../src/core/files/openTable';
import { openRecordReader } from '../../../src/core/files/recordText';
import { readTable } from './csvSupport';

const PACKAGES = join(__dirname, '../../../node_modules');
const SPECTRUM = join(PACKAGES, 'csv-spectrum');
const VEGA = join(PACKAGES, 'vega-datasets/data');

describe('csv-spectrum', () => {
  const names = readdirSync(join(SPECTRUM, 'csvs')).map((name) => name.replace('.csv', ''));

  it('has its twelve cases', () => assert.equal(names.length, 12));

  for (const name of names) {
    it(`reads ${name} as its JSON says`, async () => {
      const { info, rows } = await readTable(join(SPECTRUM, 'csvs', `${name}.csv`));
      const objects: unknown[] = rows.map((row) =>
        Object.fromEntries(info.header.map((column, index) => [column, row.cells[index]])),
      );
      const json = JSON.parse(readFileSync(join(SPECTRUM, 'json', `${name}.json`), 'utf8')) as unknown;
      if (name === 'location_coordinates') {
        // Its JSON is one object with another telephone number, and its text was damaged before it was published.
        assert.deepEqual(objects, [{ ...(json as object), 'Contact Phone Number': '2095257564' }]);
        assert.deepEqual(
          rows[0]?.problems?.map(({ column, message }) => [column, message.code]),
          [[1, 'file.replacementCharacter']],
        );
        return;
      }
      assert.deepEqual(objects, json);
      assert.ok(rows.every((row) => row.problems === undefined));
    });
  }
});

describe('vega-datasets', () => {
  const names = readdirSync(VEGA).filter((name) => /\.[ct]sv$/.test(name));

  it('has two dozen files', () => assert.equal(names.length, 24));

  for (const name of names) {
    it(`reads ${name} as Papa Parse does`, async () => {
      const path = join(VEGA, name);
      const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
      const { data, meta } = Papa.parse<string[]>(text, { skipEmptyLines: true });
      const { info, rows } = await readTable(path);

      assert.equal(info.delimiter, meta.delimiter);
      assert.deepEqual(info.header, data[0]);
      assert.equal(rows.length, data.length - 1);
      const differs = rows.find((row, index) => row.cells.join('\0') !== data[index + 1]?.join('\0'));
      assert.deepEqual(differs?.cells, differs && data[differs.ordinal]);
      assert.equal(
        rows.find((row) => row.problems !== undefined),
        undefined,
      );
    }).timeout(60_000);
  }

  it('gives every record of birdstrikes.csv again', async () => {
    const path = join(VEGA, 'birdstrikes.csv');
    const table = await openTable(path);
    if (table.info.format !== 'csv') throw new Error('not read as CSV');
    const reader = await openRecordReader(path, table.info);
    let end = table.info.headerPlace.byteLength;
    for await (const batch of table.rows()) {
      for (const row of batch.filter(({ ordinal }) => ordinal % 50 === 1)) {
        const spans = cellSpans(await reader.text(row), ',');
        assert.deepEqual(
          spans.map(({ text }) => text),
          row.cells,
        );
      }
      for (const row of batch) {
        assert.equal(row.byteOffset, end);
        end += row.byteLength;
      }
    }
    await reader.close();
    assert.equal(end, readFileSync(path).length);
  });
});
