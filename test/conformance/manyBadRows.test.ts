import assert from 'node:assert/strict';
import { parseCsv } from './support/parseCsv';
import { TwoImporters } from './support/twoImporters';

const EVERYTHING = '7';

/** One way of being bad, and what each importer needs for it. */
interface Badness {
  readonly name: string;
  readonly rows: number;
  /** Cells of a good row and of a bad one, behind the key. */
  readonly header: string;
  readonly good: string;
  readonly bad: string;
  readonly reason: RegExp;
  /**
   * Write requests of ours. A clean file needs 5. An answer to a bulk request names the bad rows of one hundred alone, so
   * the rest goes in hundreds: two requests for each with a named bad row, and halves of halves for one without a name.
   */
  readonly requests: number;
}

const BADNESSES: readonly Badness[] = [
  {
    name: 'that the rules of the app tell before anything is sent',
    rows: 10_000,
    header: '数値',
    good: '12',
    bad: 'twelve',
    reason: /^数値: “twelve” is not a number/,
    requests: 5,
  },
  {
    name: 'that only the server finds, and names',
    rows: 10_000,
    header: 'short_text',
    good: 'abc',
    bad: '',
    reason: /^short_text: /,
    requests: 200,
  },
  {
    name: 'that only the server finds, and does not name',
    rows: 2_000,
    header: 'users',
    good: 'sato',
    bad: 'nobody',
    reason: /nobody/,
    requests: 303,
  },
];

describe('Files of which one row in each hundred is bad', function () {
  this.timeout(120_000);
  let two: TwoImporters;
  const told: string[] = [];

  before(async () => {
    two = await TwoImporters.start();
  });
  beforeEach(() => two.reset());
  after(async () => {
    await two.close();
    console.log(['', ...told, ''].join('\n'));
  });

  for (const { name, rows: count, header, good, bad, reason, requests } of BADNESSES) {
    it(`${grouped(count)} rows, in a way ${name}: all good ones are stored, and all bad ones named with their field`, async () => {
      const rows = Array.from({ length: count }, (_, index) => `B-${index + 1},${isBad(index) ? bad : good}`);
      const file = await two.file([`key,${header}`, ...rows, ''].join('\n'));
      const start = Date.now();
      const theirs = await two.importOfficially(file, { app: EVERYTHING });
      const between = Date.now();
      const ours = await two.importOurs(file, { app: EVERYTHING });
      const end = Date.now();

      assert.equal(theirs.code, 1);
      assert.equal(two.official.control.count(EVERYTHING), 0);
      assert.equal(ours.code, 2, ours.err);
      const keys = two.ours.control.records(EVERYTHING).map(({ key }) => key);
      const expected = rows.flatMap((_, index) => (isBad(index) ? [] : [`B-${index + 1}`]));
      assert.deepEqual(keys, expected);
      const [, ...unimported] = parseCsv(ours.unimported);
      assert.deepEqual(
        unimported.map(([key]) => key),
        rows.flatMap((_, index) => (isBad(index) ? [`B-${index + 1}`] : [])),
      );
      for (const row of unimported) assert.match(row.at(-1) ?? '', reason);

      const sent = two.ours.control.log().requests.length;
      const [goodOnes, badOnes] = [grouped(expected.length), unimported.length];
      told.push(
        `  ${grouped(count)} rows, one in each hundred bad in a way ${name}:`,
        `    official: 0 of ${goodOnes} stored, ${two.official.control.log().requests.length} request, ${seconds(between - start)}`,
        `    ours: ${goodOnes} of ${goodOnes} stored, ${badOnes} named, ${grouped(sent)} requests, ${seconds(end - between)}`,
      );
      assert.equal(sent, requests);
    });
  }
});

function isBad(index: number): boolean {
  return index % 100 === 50;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
