import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Sandbox } from '../../../src/sandbox/server';
import { startSandbox } from '../../../src/sandbox/server';
import { Client, postPart } from './client';

type Row = Record<string, string>;

const DATA = join(__dirname, '../../../node_modules/vega-datasets/data');

describe('the apps made for real files', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let client: Client;

  before(async () => {
    sandbox = await startSandbox();
    client = new Client(sandbox.kintone);
  });
  after(() => sandbox.close());

  /** Sends all rows, columns matched by label or code, and compares what is kept with the file. */
  async function importAll(app: string, file: string): Promise<number> {
    const rows = parse<Row>(readFileSync(join(DATA, file), 'utf8'), { columns: true, bom: true });
    const { body } = await client.call('GET', 'app/form/fields', { app });
    const fields = Object.values(body.properties as Record<string, { code: string; label: string }>);
    const codes = Object.keys(rows[0] ?? {}).map((name) => {
      const field = fields.find(({ code, label }) => code === name || label === name);
      assert.ok(field, name);
      return [name, field.code] as const;
    });
    for (let start = 0; start < rows.length; start += 2000) {
      const parts = [];
      for (let at = start; at < Math.min(start + 2000, rows.length); at += 100) {
        const records = rows.slice(at, Math.min(at + 100, start + 2000));
        const wire = records.map((row) =>
          Object.fromEntries(codes.map(([name, code]) => [code, { value: row[name] }])),
        );
        parts.push(postPart(wire, app));
      }
      const reply = await client.bulk(parts, { language: 'en' });
      assert.equal(reply.status, 200, JSON.stringify(reply.body).slice(0, 2000));
    }
    const kept = sandbox.control.records(app);
    assert.equal(kept.length, rows.length);
    for (const [index, row] of rows.entries()) {
      for (const [name, code] of codes) {
        assert.equal(kept[index]?.[code] ?? '', row[name]);
      }
    }
    return rows.length;
  }

  it('keep all 42,049 ZIP codes as they are, leading zeros and six decimals', async () => {
    assert.equal(await importAll('2', 'zipcodes.csv'), 42_049);
  });

  it('keep all 10,000 bird strikes as they are', async () => {
    assert.equal(await importAll('3', 'birdstrikes.csv'), 10_000);
  });
});
