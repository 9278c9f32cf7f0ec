import assert from 'node:assert/strict';
import { parseCsv } from './support/parseCsv';
import { TwoImporters } from './support/twoImporters';

const EVERYTHING = '7';
const ROWS = 10_000;

/** One way of being bad, and what each importer needs for it. */
interface Badness {
  readonly name: string;
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
    header: '数値',
    good: '12',
    bad: 'twelve',
    reason: /^数値: “twelve” is not a number/,
    requests: 5,
  },
  {
    name: 'that only the server finds, and names',
    header: 'short_text',
    good: 'abc',
    bad: '',
    reason: /^short_text: /,
    requests: 200,
  },
  {
    name: 'that only the server finds, and does not name',
    header: 'users',
    good: 'sato',
    bad: 'nobody',
    reason: /nobody/,
    requests: 1_515,
  },
];

describe('10,000 rows of which one in each hundred is bad', function () {
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

  for (const { name, header, good, bad, reason, requests } of BADNESSES) {
    it(`in a way ${name}: all good ones are stored, and all bad ones named with their field`, async () => {
      const rows = Array.from({ length: ROWS }, (_, index) => `B-${index + 1},${isBad(index) ? bad : good}`);
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

      const count = two.ours.control.log().requests.length;
      told.push(
        `  one in each hundred ${name}:`,
        `    official: 0 of 9,900 stored, ${two.official.control.log().requests.length} requests, ${seconds(between - start)}`,
        `    ours: 9,900 of 9,900 stored and 100 named, ${count} requests, ${seconds(end - between)}`,
      );
      assert.equal(count, requests);
    });
  }
});

function isBad(index: number): boolean {
  return index % 100 === 50;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
