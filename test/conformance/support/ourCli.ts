import path from 'node:path';
import { ROOT } from '../../support/program';
import { runProgram } from './runProgram';
import type { Ended } from './runProgram';

/** Runs the built `dist/cli.js` with an API token, its jobs in a folder of the test. */
export function ourCli(
  access: { readonly baseUrl: string; readonly apiToken: string; readonly jobs: string },
  args: readonly string[],
): Promise<Ended> {
  const [command = '', ...rest] = args;
  const where = command === 'import' || command === 'check' ? ['--base-url', access.baseUrl] : [];
  return runProgram([path.join(ROOT, 'dist/cli.js'), command, ...rest, ...where, '--jobs', access.jobs], {
    KINTONE_API_TOKEN: access.apiToken,
  });
}
