import { PLAN_HELP, readPlanOptions } from './cliPlan';
import type { PlanOptions, PlanValues } from './cliPlan';
import { SIGN_IN_HELP, readNetwork, readSignIn } from './cliSignIn';
import type { SignInValues } from './cliSignIn';
import { CliUsage } from './cliUsage';
import type { NetworkOptions } from './endpoints/agent';
import type { KintoneSignIn } from './endpoints/kintone/signIn';
import { normalizeBaseUrl } from './endpoints/kintone/address';
import { DELIMITERS, ENCODINGS } from './files/row';
import type { Delimiter, Encoding, ReadOptions } from './files/row';
import { unimportedCount } from './jobs/describe';
import type { ImportJob } from './jobs/job';
import { ExpectedError } from './message';

export const HELP = `Imports CSV and Excel files into Kintone apps, and gives back every row that was not imported.

  imported-files import FILE --base-url URL --app N [sign-in] [options]
  imported-files check FILE --base-url URL --app N [sign-in] [options]
                                     the same without importing: prints every problem with its place
  imported-files list                print all imports, newest first
  imported-files show JOB            print how one import stands
  imported-files unimported JOB      print the rows that were not imported, with reasons, as CSV

${PLAN_HELP}

${SIGN_IN_HELP}

Options
  --base-url URL                     for example https://example.cybozu.com; an app's own URL works too.
                                     KINTONE_BASE_URL otherwise
  --app N                            number of the app
  --guest-space N                    number of the guest space the app is in; KINTONE_GUEST_SPACE_ID otherwise
  --sheet NAME                       worksheet; the first visible one otherwise
  --encoding NAME                    ${ENCODINGS.join(', ')}; found out otherwise
  --delimiter C                      comma, tab, semicolon or pipe; found out otherwise
  --jobs FOLDER                      where imports are kept; ~/.imported-files/jobs otherwise
  --json                             print one event a line, and last a summary
  --wait                             wait for the end of the import (always so)
  --help, --version

Ctrl+C stops the import: the request under way is still decided. A second Ctrl+C quits at once.

Exit status
  0 all rows imported (or without a problem)   2 some rows not imported   3 failed   4 canceled   5 rows uncertain   64 usage`;

export interface ImportOptions {
  readonly file: string;
  readonly jobsFolder: string;
  readonly address: { readonly baseUrl: string; readonly guestSpaceId?: string };
  readonly app: string;
  readonly signIn: KintoneSignIn;
  readonly network: NetworkOptions;
  readonly read: ReadOptions;
  readonly plan: PlanOptions;
  readonly json: boolean;
}

export interface ImportValues extends SignInValues, PlanValues {
  readonly 'base-url'?: string | undefined;
  readonly app?: string | undefined;
  readonly 'guest-space'?: string | undefined;
  readonly sheet?: string | undefined;
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Throws `CliUsage` for what is missing or wrong, `ExpectedError` for an address that can't be used. */
export async function readImportOptions(
  values: ImportValues,
  file: string,
  jobsFolder: string,
): Promise<ImportOptions> {
  const { env } = process;
  const plan = readPlanOptions(values);
  const baseUrl = values['base-url'] ?? env.KINTONE_BASE_URL ?? '';
  if (baseUrl === '') throw new CliUsage('import needs --base-url URL.');
  const address = normalizeBaseUrl(baseUrl);
  if ('code' in address) throw new ExpectedError(address);
  const app = values.app ?? address.appId;
  if (app === undefined) throw new CliUsage('import needs --app N.');
  const fromEnv = env.KINTONE_GUEST_SPACE_ID;
  const guestSpaceId =
    values['guest-space'] ?? address.guestSpaceId ?? (fromEnv === '' ? undefined : fromEnv);
  const signIn = await readSignIn(values, env, process.stdin);
  const { certificate } = signIn;
  return {
    file,
    jobsFolder,
    address: { baseUrl: address.baseUrl, ...(guestSpaceId === undefined ? {} : { guestSpaceId }) },
    app,
    signIn,
    network: { ...readNetwork(values, env), ...(certificate === undefined ? {} : { certificate }) },
    read: readReadOptions(values),
    plan,
    json: values.json === true,
  };
}

const DELIMITER_NAMES: Readonly<Record<string, Delimiter>> = {
  comma: ',',
  tab: '\t',
  '\\t': '\t',
  semicolon: ';',
  pipe: '|',
};

function readReadOptions({ encoding, delimiter, sheet }: ImportValues): ReadOptions {
  return {
    ...(encoding === undefined ? {} : { encoding: readEncoding(encoding) }),
    ...(delimiter === undefined ? {} : { delimiter: readDelimiter(delimiter) }),
    ...(sheet === undefined ? {} : { sheet }),
  };
}

function readEncoding(name: string): Encoding {
  const known = ENCODINGS.find((encoding) => encoding === name.toLowerCase());
  if (known === undefined) throw new CliUsage(`--encoding takes ${ENCODINGS.join(', ')}.`);
  return known;
}

function readDelimiter(name: string): Delimiter {
  const known = DELIMITERS.find((delimiter) => delimiter === name) ?? DELIMITER_NAMES[name.toLowerCase()];
  if (known === undefined) throw new CliUsage('--delimiter takes comma, tab, semicolon or pipe.');
  return known;
}

/** The last line of `--json`. */
export function summaryOf({ id, status, counts }: ImportJob) {
  const { total, imported, updated, unchanged, unknown } = counts;
  return {
    jobId: id,
    status,
    total,
    imported,
    updated,
    unchanged,
    unimported: unimportedCount(counts),
    unknown,
  };
}

/** Uncertain rows weigh more than a failure: they must be looked at before anything is sent again. */
export function exitCodeOf({ status, counts }: ImportJob): number {
  if (counts.unknown > 0 || counts.inFlight > 0) return 5;
  switch (status) {
    case 'completed':
      return unimportedCount(counts) > 0 ? 2 : 0;
    case 'canceled':
      return 4;
    case 'waiting':
    case 'inProgress':
    case 'failed':
      return 3;
  }
}
