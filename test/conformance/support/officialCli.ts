import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../../support/program';
import { runProgram } from './runProgram';
import type { Ended, Running } from './runProgram';

const packages = createRequire(path.join(ROOT, 'package.json'));

/** The version of an installed package, for the suite's titles. */
export function versionOf(name: string): string {
  const { version } = packages(`${name}/package.json`) as { version: string };
  return version;
}

/** Who runs a command line, and where. */
export interface CliAccess {
  /** Must name `localhost`: the official CLI takes plain http from no other host. */
  readonly baseUrl: string;
  /** Several tokens are parted by commas. */
  readonly signIn: { readonly username: string; readonly password: string } | { readonly apiToken: string };
  readonly guestSpaceId?: string;
}

/** Runs `cli-kintone record …` as a person would type it. */
export function officialCli(access: CliAccess, args: readonly string[], running?: Running): Promise<Ended> {
  const guest = access.guestSpaceId === undefined ? [] : ['--guest-space-id', access.guestSpaceId];
  return runProgram(
    [
      path.join(ROOT, 'node_modules/@kintone/cli/cli.js'),
      'record',
      ...args,
      '--base-url',
      access.baseUrl,
      ...('apiToken' in access.signIn
        ? ['--api-token', access.signIn.apiToken]
        : ['--username', access.signIn.username, '--password', access.signIn.password]),
      ...guest,
    ],
    running,
  );
}
