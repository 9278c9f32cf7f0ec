import assert from 'node:assert/strict';
import { DIFFERENCES } from './differences';
import type { ListedDifference } from './differences';
import { SAMPLES } from './samples';
import { differencesOf } from './support/compare';
import type { Difference } from './support/compare';
import { versionOf } from './support/officialCli';
import { TwoImporters } from './support/twoImporters';

/** A difference that is not listed fails the suite, and so does a listed one that no longer is. */
describe(`Same file, two importers: @kintone/cli ${versionOf('@kintone/cli')} and ours`, function () {
  this.timeout(60_000);
  let two: TwoImporters;

  before(async () => {
    two = await TwoImporters.start();
  });
  after(async () => {
    await two.close();
    print(DIFFERENCES);
  });

  for (const sample of SAMPLES) {
    const listed = DIFFERENCES.filter(({ sample: name }) => name === sample.name);
    const title =
      listed.length === 0 ? 'makes the same records' : 'makes the same records but for what is listed';
    it(`${sample.name} ${title}`, async () => {
      if (sample.rowIds === true) {
        await two.close();
        two = await TwoImporters.start();
      }
      const found = await differencesOf(two, sample);
      assert.equal(textOf(found), textOf(listed));
    });
  }

  it('has no listed difference of a sample that is not there', () => {
    const names = new Set(SAMPLES.map(({ name }) => name));
    assert.deepEqual(
      DIFFERENCES.filter(({ sample }) => !names.has(sample)),
      [],
    );
  });
});

function textOf(differences: readonly Difference[]): string {
  return differences
    .map(({ field, official, ours }) => `${field}\n  official: ${official}\n  ours: ${ours}\n`)
    .join('');
}

function print(differences: readonly ListedDifference[]): void {
  const lines = differences.map(({ sample, field, official, ours, reason }) =>
    [`  ${sample}, ${field}: ${reason}`, `    official: ${official}`, `    ours:     ${ours}`].join('\n'),
  );
  console.log(
    ['', `  ${SAMPLES.length} samples, ${differences.length} differences`, ...lines, ''].join('\n'),
  );
}
