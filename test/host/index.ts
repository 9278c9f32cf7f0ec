import { readdirSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/**
 * Runs the bundled test files beside this one inside the extension host; VS Code calls it.
 *
 * @throws when a test failed, or there was none
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({
    ui: 'bdd',
    color: process.env.IMPORTED_FILES_TEST_COLOR === '1',
    timeout: 60_000,
    slow: 5000,
    forbidOnly: true,
    reporter: process.env.IMPORTED_FILES_TEST_REPORTER ?? 'spec',
    ...(process.env.IMPORTED_FILES_TEST_GREP ? { grep: process.env.IMPORTED_FILES_TEST_GREP } : {}),
  });
  for (const name of readdirSync(__dirname).filter((one) => one.endsWith('.test.js'))) {
    mocha.addFile(path.join(__dirname, name));
  }
  const { failed, total } = await new Promise<{ failed: number; total: number }>((resolve) => {
    const runner = mocha.run((failures) => resolve({ failed: failures, total: runner.total }));
  });
  if (failed > 0) throw new Error(`${failed} test(s) failed`);
  if (total === 0) throw new Error('no test was found');
}
