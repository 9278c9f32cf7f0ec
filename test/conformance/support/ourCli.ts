import path from 'node:path';
import { ROOT } from '../../support/program';
import type { CliAccess } from './officialCli';
import { runProgram } from './runProgram';
import type { Ended, Running } from './runProgram';

/** Runs the built `dist/cli.js`, its jobs in a folder of the test. */
export function ourCli(
  access: CliAccess & { readonly jobs: string },
  args: readonly string[],
  running: Running = {},
): Promise<Ended> {
  const [command = '', ...rest] = args;
  const guest = access.guestSpaceId === undefined ? [] : ['--guest-space', access.guestSpaceId];
  const where = command === 'import' || command === 'check' ? ['--base-url', access.baseUrl, ...guest] : [];
  const { signIn } = access;
  const withPassword = where.length > 0 && 'username' in signIn;
  return runProgram(
    [
      path.join(ROOT, 'dist/cli.js'),
      command,
      ...rest,
      ...where,
      ...(withPassword ? ['--username', signIn.username, '--password-stdin'] : []),
      ...['--jobs', access.jobs],
    ],
    {
      ...running,
      ...(withPassword ? { input: signIn.password } : {}),
      env: { ...('apiToken' in signIn ? { KINTONE_API_TOKEN: signIn.apiToken } : {}), ...running.env },
    },
  );
}
