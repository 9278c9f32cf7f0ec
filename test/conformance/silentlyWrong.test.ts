import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FaultSettings } from '../../src/sandbox/faults';
import type { Sandbox } from '../../src/sandbox/server';
import { ROOT } from '../support/program';
import { NOTES } from './support/notesApp';
import { versionOf } from './support/officialCli';
import { parseCsv } from './support/parseCsv';
import { TwoImporters } from './support/twoImporters';
import type { Imported } from './support/twoImporters';

const CUSTOMERS = '1';
const EVERYTHING = '7';

describe(`Where @kintone/cli ${versionOf('@kintone/cli')} goes silently wrong, and ours does not`, function () {
  this.timeout(60_000);
  let two: TwoImporters;

  before(async () => {
    two = await TwoImporters.start({ moreApps: [NOTES] });
  });
  beforeEach(() => two.reset());
  after(() => two.close());

  const stored = (app: string): readonly [number, number] => [
    two.official.control.count(app),
    two.ours.control.count(app),
  ];

  /** Both importers take the same text; names how many records each has stored. */
  async function importText(app: string, content: string | Uint8Array, name?: string) {
    const both = await two.import(await two.file(content, name), { app });
    return { ...both, stored: stored(app) };
  }

  const note = (sandbox: Sandbox, index = 0) => sandbox.control.records(NOTES.id)[index];

  describe('bad rows', () => {
    it('at 2,500 and 7,777 of 10,000: it keeps 2,000 and names one; all others are stored, and both named', async () => {
      const rows = Array.from({ length: 10_000 }, (_, index) => {
        const number = index + 1;
        return `W-${number},会社,${number === 2_500 ? 'many' : number === 7_777 ? '0' : '1'}`;
      });
      const both = await importText(CUSTOMERS, lines('顧客コード,会社名,従業員数', ...rows));
      assert.deepEqual(both.stored, [2_000, 9_998]);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /従業員数 at row 2501/);
      assert.doesNotMatch(both.official.err, /7778/);
      assert.equal(both.ours.code, 2);
      assert.match(both.ours.out, /9,998 rows imported, 2 not imported/);
      const [, first, second, ...others] = parseCsv(both.ours.unimported);
      assert.deepEqual(first?.slice(0, 4), ['W-2500', '会社', 'many', '2501']);
      assert.match(first.at(-1) ?? '', /従業員数: “many” is not a number/);
      assert.deepEqual(second?.slice(0, 4), ['W-7777', '会社', '0', '7778']);
      assert.match(second.at(-1) ?? '', /従業員数: .* must be 1 or more/);
      assert.deepEqual(others, []);
    });
  });

  describe('a third request of three that meets', () => {
    const rows = Array.from({ length: 4_100 }, (_, index) => `T-${index + 1},会社`);
    const file = lines('顧客コード,会社名', ...rows);
    // Of the requests that write, whatever they are called: ours sends the last hundred rows to records.json.
    const third = { nth: 3 };
    const faults: readonly {
      readonly name: string;
      readonly faults: FaultSettings;
      readonly official: RegExp;
      /** Records in the app afterwards, when the third request was not refused in words that say so. */
      readonly kept?: number;
    }[] = [
      {
        name: '429',
        faults: { fail: [{ ...third, status: 429, code: 'GAIA_TO04' }] },
        official: /\[429\] \[GAIA_TO04\]/,
      },
      {
        name: 'a maintenance page with 503',
        faults: { fail: [{ ...third, status: 503, html: true }] },
        official: /503: Service Unavailable/,
      },
      {
        name: 'a lock that is answered with 520',
        faults: { fail: [{ ...third, status: 520, code: 'GAIA_DA02' }] },
        official: /\[520\] \[GAIA_DA02\]/,
      },
      {
        name: 'a connection that ends before anything was stored',
        faults: { dropBeforeCommit: [third] },
        official: /socket hang up/,
      },
      {
        name: 'a connection that ends after all was stored',
        faults: { dropAfterCommit: [third] },
        official: /socket hang up/,
        kept: 4_100,
      },
      {
        name: 'a page with 200',
        faults: { fail: [{ ...third, status: 200, html: true }] },
        official: /TypeError|Cannot read properties/,
      },
    ];
    for (const { name, faults: met, official, kept = 4_000 } of faults) {
      it(`${name}: it gives up; ours goes on and stores all rows, each once`, async () => {
        for (const { control } of two.sandboxes) control.setFaults(met);
        const both = await importText(CUSTOMERS, file);
        assert.equal(both.official.code, 1);
        assert.match(both.official.err, official);
        assert.equal(both.stored[0], kept);
        for (const { control } of two.sandboxes) assert.equal(control.faultHits().length > 0, true);
        assert.equal(both.ours.code, 0, both.ours.err);
        assert.equal(both.stored[1], 4_100);
      });
    }

    it('a connection that ends, without a field that tells rows apart: ours finds the rows by all that they hold', async () => {
      for (const { control } of two.sandboxes) control.setFaults({ dropAfterCommit: 1 });
      const file = await two.file(lines('title,amount', 'A,1', 'A,1'));
      const both = await two.import(file, { app: NOTES.id, ours: ['--settle-seconds', '1'] });
      assert.deepEqual(stored(NOTES.id), [2, 2]);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /No records are processed successfully/);
      assert.equal(both.ours.code, 0, both.ours.err);
      assert.match(both.ours.out, /2 rows imported/);
    });
  });

  describe('columns', () => {
    it('of which none is a field: it stores blank records; ours refuses the file', async () => {
      const both = await importText(NOTES.id, lines('Titel,Betrag', 'A,1', 'B,2'));
      assert.deepEqual(both.stored, [2, 0]);
      assert.equal(both.official.code, 0);
      assert.match(both.official.err, /Imported 2 records successfully/);
      assert.equal(note(two.official)?.title, '');
      assert.equal(both.ours.code, 3);
      assert.match(both.ours.err, /No column matches a field/);
    });

    it('parted by tabs in a .csv: it stores blank records; ours reads them', async () => {
      const both = await importText(NOTES.id, lines('title\tamount', 'A\t1', 'B\t2'));
      assert.deepEqual(both.stored, [2, 2]);
      assert.equal(both.official.code, 0);
      assert.equal(note(two.official)?.title, '');
      assert.equal(both.ours.code, 0);
      assert.deepEqual(valuesOf(note(two.ours)), { title: 'A', amount: '1' });
    });

    it('of which some are no field: it leaves them out without a word; ours names them', async () => {
      const both = await importText(NOTES.id, lines('title,amuont', 'A,1'));
      assert.deepEqual(both.stored, [1, 1]);
      assert.doesNotMatch(both.official.err + both.official.out, /amuont/);
      assert.match(both.ours.err, /amuont/);
    });

    it('of the same name: it takes the last without a word; ours refuses the file', async () => {
      const both = await importText(NOTES.id, lines('title,amount,title', 'first,1,last'));
      assert.deepEqual(both.stored, [1, 0]);
      assert.equal(note(two.official)?.title, 'last');
      assert.equal(both.ours.code, 3);
      assert.match(both.ours.err, /More than one column .*: title\./);
    });

    it('with a ? in a name: it takes that for another encoding; ours imports the file', async () => {
      const both = await importText(NOTES.id, lines('title,amount?', 'A,1'));
      assert.deepEqual(both.stored, [0, 1]);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /encoding/);
      assert.match(both.ours.err, /amount\?/);
    });

    it('with attachments and no folder: it refuses all; ours refuses the rows that have some', async () => {
      const both = await importText(NOTES.id, lines('title,papers', 'A,', 'B,a.txt'));
      assert.deepEqual(both.stored, [0, 1]);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /--attachments-dir/);
      const [, row] = parseCsv(both.ours.unimported);
      assert.deepEqual(row?.slice(0, 3), ['B', 'a.txt', '3']);
      assert.match(row.at(-1) ?? '', /Choose the folder/);
    });
  });

  describe('files', () => {
    it('in Shift_JIS whose header is ASCII: it stores mojibake; ours stores what was written', async () => {
      const body = Buffer.from([0x8a, 0x94, 0x8e, 0xae, 0x89, 0xef, 0x8e, 0xd0]); // 株式会社
      const file = Buffer.concat([Buffer.from('title,amount\n'), body, Buffer.from(',1\n')]);
      const both = await importText(NOTES.id, file);
      assert.deepEqual(both.stored, [1, 1]);
      assert.equal(both.official.code, 0);
      assert.match(JSON.stringify(note(two.official)?.title), /\uFFFD/);
      assert.equal(both.ours.code, 0);
      assert.equal(note(two.ours)?.title, '株式会社');
    });

    for (const name of ['input.CSV', 'input.tsv']) {
      it(`named ${name}: it refuses them; ours imports them`, async () => {
        const both = await importText(NOTES.id, lines('title,amount', 'A,1'), name);
        assert.deepEqual(both.stored, [0, 1]);
        assert.equal(both.official.code, 1);
        assert.match(both.official.err, /Unexpected file type/);
        assert.equal(both.ours.code, 0);
      });
    }

    it('of Excel: it refuses them; ours imports them', async () => {
      const workbook = await readFile(path.join(ROOT, 'test/samples/customers.xlsx'));
      const both = await importText(CUSTOMERS, workbook, 'input.xlsx');
      assert.equal(both.stored[0], 0);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /Unexpected file type/);
      assert.ok(both.stored[1] > 0, both.ours.err);
    });

    it('without a byte: it stops with an error of its program; ours says that the file is empty', async () => {
      const both = await importText(NOTES.id, '');
      assert.deepEqual(both.stored, [0, 0]);
      assert.equal(both.official.code, 1);
      assert.match(both.official.err, /TypeError|Cannot read|undefined/);
      assert.equal(both.ours.code, 3);
      assert.match(both.ours.err, /empty/);
    });

    it('with a header alone: it calls that a success; ours says that there are no rows', async () => {
      const both = await importText(NOTES.id, lines('title,amount'));
      assert.deepEqual(both.stored, [0, 0]);
      assert.equal(both.official.code, 0);
      assert.equal(both.ours.code, 3);
      assert.match(both.ours.out + both.ours.err, /The file has a header and no rows/);
    });

    it('with a ragged row: it refuses all; ours leaves out that row alone', async () => {
      const both = await importText(NOTES.id, lines('title,amount', 'A,1', 'B,2,3', 'C,4'));
      assert.deepEqual(both.stored, [0, 2]);
      assert.equal(both.official.code, 1);
      assert.equal(both.ours.code, 2);
      const rows = parseCsv(both.ours.unimported);
      assert.equal(rows[1]?.[0], 'B');
    });
  });

  describe('values', () => {
    it('such as 1,000 and 2026/01/02 03:04 refuse all of its rows; ours reads them', async () => {
      const both = await importText(
        EVERYTHING,
        lines('key,数値,moment', 'K-1,"1,000",', 'K-2,1,2026/01/02 03:04', 'K-3,1,'),
      );
      assert.deepEqual(both.stored, [0, 3]);
      assert.match(both.official.err, /数値 at row 2[^]*moment at row 3/);
      const [first, second] = two.ours.control.records(EVERYTHING);
      assert.equal(first?.数値, '1000');
      assert.equal(second?.moment, '2026-01-01T18:04:00Z'); // the zone of the computer, Asia/Tokyo here
    });

    it('such as 1,000 in a table: it stores nothing for them, without a word; ours names them', async () => {
      const both = await importText(
        EVERYTHING,
        lines('*,key,row_text,row_number', '*,K-1,a,"1,000"', ',,b,2', '*,K-2,c,12abc'),
      );
      assert.equal(both.official.code, 0);
      assert.equal(both.stored[0], 2);
      assert.deepEqual(rowNumbers(two.official), [['', '2'], ['']]);
      assert.equal(both.ours.code, 2);
      assert.equal(both.stored[1], 0);
      assert.match(reasons(both.ours).join(), /row_number: .*“12abc” is not a number/);
    });
  });

  describe('keys', () => {
    it('that are repeated: it writes both to one record, without a word; ours names both lines', async () => {
      const between = Array.from({ length: 100 }, (_, index) => `${index + 2},B`);
      const file = await two.file(lines('number,title', '1,first', ...between, '1,last'));
      const both = await two.import(file, { app: NOTES.id, key: 'number' });
      assert.deepEqual(stored(NOTES.id), [101, 100]);
      assert.equal(both.official.code, 0, both.official.err);
      assert.equal(note(two.official)?.title, 'last');
      assert.equal(both.ours.code, 2, both.ours.err);
      assert.equal(note(two.ours)?.title, 'B');
      const [first = '', last = '', ...others] = reasons(both.ours);
      assert.match(first, /key .*in line 103, too/);
      assert.match(last, /key .*in line 2, too/);
      assert.deepEqual(others, []);
    });

    it('that are bad after a blank one: it finds them after 2,000 rows; ours before anything is sent', async () => {
      const rows = Array.from({ length: 2_100 }, (_, index) => {
        return index === 0 ? ',blank' : index === 2_050 ? 'x,bad' : `${index},row`;
      });
      const file = await two.file(lines('number,title', ...rows));
      const both = await two.import(file, { app: NOTES.id, key: 'number' });
      assert.deepEqual(stored(NOTES.id), [2_000, 2_099]);
      assert.equal(both.official.code, 1);
      assert.equal(both.ours.code, 2);
      const [, row, ...others] = parseCsv(both.ours.unimported);
      assert.deepEqual(row?.slice(0, 3), ['x', 'bad', '2052']);
      assert.deepEqual(others, []);
    });
  });

  it('rows before the first *: it leaves them out without a word; ours names them', async () => {
    const both = await importText(EVERYTHING, lines('*,key,row_text', ',K-0,lost', '*,K-1,a', ',,b'));
    assert.deepEqual(both.stored, [1, 1]);
    assert.equal(both.official.code, 0);
    assert.doesNotMatch(both.official.err, /row/i);
    assert.equal(both.ours.code, 2);
    const [, row] = parseCsv(both.ours.unimported);
    assert.deepEqual(row?.slice(0, 4), ['', 'K-0', 'lost', '2']);
    assert.match(row.at(-1) ?? '', /No record has started yet/);
  });

  it('Ctrl+C: it dies without a word; ours waits for the answer and counts what is in', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `${index + 1},A`);
    const file = await two.file(lines('amount,title', ...rows));
    for (const { control } of two.sandboxes) control.setFaults({ latencyMs: 300 });
    const [official, ours] = await Promise.all([
      two.importOfficially(file, { app: NOTES.id, interrupt: stores(two.official, NOTES.id) }),
      two.importOurs(file, { app: NOTES.id, interrupt: stores(two.ours, NOTES.id) }),
    ]);
    assert.equal(official.signal, 'SIGINT');
    assert.doesNotMatch(official.err, /stopped|interrupt|rows from/i);
    assert.equal(ours.code, 2, ours.err);
    const kept = two.ours.control.count(NOTES.id);
    assert.match(ours.out, new RegExp(`Stopped.*${kept.toLocaleString('en-US')} rows imported`));
    assert.equal(parseCsv(ours.unimported).length - 1, 10_000 - kept);
  });
});

function lines(...texts: readonly string[]): string {
  return `${texts.join('\n')}\n`;
}

function reasons({ unimported }: Imported): string[] {
  return parseCsv(unimported)
    .slice(1)
    .map((row) => row.at(-1) ?? '');
}

function valuesOf(record: Readonly<Record<string, unknown>> | undefined): object {
  return { title: record?.title, amount: record?.amount };
}

function rowNumbers(sandbox: Sandbox): unknown[] {
  return sandbox.control
    .records(EVERYTHING)
    .map(({ details }) => (Array.isArray(details) ? details.map(numberOf) : []));
}

function numberOf(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'row_number' in row ? row.row_number : undefined;
}

/** Resolves when the first records of an import are there. */
function stores(sandbox: Sandbox, app: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (sandbox.control.count(app) > 0) resolve();
      else setTimeout(look, 10);
    };
    look();
  });
}
