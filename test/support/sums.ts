import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from './program';

/** How many tests of a suite passed and failed. */
export interface Sums {
  readonly passed: number;
  readonly failed: number;
}

/** What the reporter writes. */
interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

/** Mocha's reporter that writes the results. */
export const REPORTER = path.join(ROOT, 'test/support/reporter.cjs');

/** The file that a mocha run, here or in the extension host, leaves its results in. */
export class ResultsFile {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'results-'));
  readonly path = path.join(this.#folder, 'results.json');

  get isWritten(): boolean {
    return existsSync(this.path);
  }

  /**
   * The true sums of a run that ended with `exitCode`: a run that crashed, found no test or skipped some has
   * failed, and says why. Deletes the file.
   */
  settle(exitCode: number): Sums {
    const results = this.isWritten ? (JSON.parse(readFileSync(this.path, 'utf8')) as Results) : null;
    rmSync(this.#folder, { recursive: true });
    if (!results) return failedOnce('it ended before its tests did');
    for (const title of results.skipped) console.log(`  skipped, counted as failed: ${title}`);
    const failed = results.failed + results.skipped.length;
    if (failed > 0) return { passed: results.passed, failed };
    if (results.passed === 0) return failedOnce('it has no test');
    if (exitCode !== 0) {
      const { failed: one } = failedOnce(`its tests passed, but it ended with ${exitCode}`);
      return { passed: results.passed, failed: one };
    }
    return { passed: results.passed, failed };
  }
}

/** A suite that failed as a whole, with the reason said. */
export function failedOnce(reason: string): Sums {
  console.log(`  counted as failed: ${reason}`);
  return { passed: 0, failed: 1 };
}
