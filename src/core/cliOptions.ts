import { CELL_HELP } from './cliCell';
import { readTarget } from './cliAccess';
import type { Access, AccessValues } from './cliAccess';
import { PLAN_HELP, readPlanOptions } from './cliPlan';
import type { PlanOptions, PlanValues } from './cliPlan';
import { SIGN_IN_HELP } from './cliSignIn';
import { UNDO_HELP } from './cliUndo';
import { CliUsage } from './cliUsage';
import { DELIMITERS, ENCODINGS } from './files/row';
import type { Delimiter, Encoding, ReadOptions } from './files/row';
import { DEFAULT_SETTLE_SECONDS } from './jobs/job';
import type { JobLimits } from './jobs/job';

const EXTENSION_ID = 'imported-files.imported-files';

export const HELP = `Imports CSV and Excel files into Kintone apps and Personium cells, and gives back every row that was not imported.

  imported-files import FILE --base-url URL --app N [sign-in] [options]
  imported-files import FILE --cell-url URL --entity-set BOX/COLLECTION/SET [sign-in] [options]
  imported-files check FILE …        the same without importing: prints every problem with its place
  imported-files list                print all imports, newest first
  imported-files show JOB            print how one import stands
  imported-files watch JOB           tell how an import goes, whoever runs it, until it has ended
  imported-files unimported JOB      print the rows that were not imported, with reasons, as CSV

Imports of this and other commands and windows
  imported-files resume JOB [sign-in]
                                     go on with an import whose process or window has gone
  imported-files resume --all [sign-in]
                                     go on with all of them, one after the other
  imported-files stop JOB            end an import: the request under way is still decided, the other rows are not
                                     sent; uncertain rows stay uncertain
  imported-files cancel JOB          end an import from which nothing was sent yet
  imported-files uncertain JOB       print the rows of which nobody knows whether they were kept, as CSV
  imported-files decide JOB --answer there|again|leave [--rows 1-5,9] [sign-in]
                                     say of uncertain rows that they are there already, are to be sent again, or
                                     stay uncertain; the import goes on with that. All of them without --rows,
                                     else the numbers in the column __import_row
${UNDO_HELP}
  An import may be begun by the editor and ended by this command, and the other way round: give the editor's
  folder of imports with --jobs.

${CELL_HELP}

${PLAN_HELP}

${SIGN_IN_HELP}

Options
  --base-url URL                     for example https://example.cybozu.com; an app's own URL works too.
                                     KINTONE_BASE_URL otherwise
  --app N                            number of the app
  --guest-space N                    number of the guest space the app is in; KINTONE_GUEST_SPACE_ID otherwise
  --cell-url URL                     a Personium cell; PERSONIUM_CELL_URL otherwise
  --entity-set PATH                  an entity set of the cell, such as sales/stock/Product (__ is the main box)
  --sheet NAME                       worksheet; the first visible one otherwise
  --encoding NAME                    ${ENCODINGS.join(', ')}; found out otherwise
  --delimiter C                      comma, tab, semicolon or pipe; found out otherwise
  --lanes N                          requests under way at once at the most, 1 (otherwise) to 8; with more than one
                                     the records are not in the order of the file
  --settle-seconds N                 the server keeps what has reached it within so many seconds or never;
                                     ${DEFAULT_SETTLE_SECONDS} otherwise
  --ledger-app N                     app of the same Kintone domain that keeps track of requests, for rows without a
                                     unique value: each is imported exactly once even when answers are lost
  --take-over                        go on also with an import that another computer has worked on last; make sure
                                     that it has ended there
  --jobs FOLDER                      where imports are kept; ~/.imported-files/jobs otherwise. Those of the editor are
                                     in User/globalStorage/${EXTENSION_ID}/jobs
                                     below ~/.config/Code (Linux), ~/Library/Application Support/Code (macOS),
                                     %APPDATA%\\Code (Windows) or ~/.vscode-server/data (remote)
  --json                             print one event a line, and last a summary
  --wait                             wait for the end of the import (always so)
  --help, --version

Ctrl+C stops the import: the request under way is still decided. A second Ctrl+C quits at once; resume JOB goes on
then. Of watch, Ctrl+C ends the watching alone.

Exit status
  0 all rows imported (or without a problem, or what was asked is done)   2 some rows not imported
  3 failed, or left to be resumed   4 canceled   5 rows uncertain, or a decision is needed   64 usage
  The highest one where there are several imports.`;

export interface ImportOptions {
  readonly file: string;
  readonly jobsFolder: string;
  readonly access: Access;
  /** Number of the app, or path of the entity set. */
  readonly targetId: string;
  readonly read: ReadOptions;
  readonly plan: PlanOptions;
  readonly limits?: JobLimits;
  readonly ledgerApp?: string;
  readonly json: boolean;
}

export const LIMIT_OPTIONS = {
  lanes: { type: 'string' },
  'settle-seconds': { type: 'string' },
  'ledger-app': { type: 'string' },
} as const;

export interface ImportValues extends AccessValues, PlanValues {
  readonly sheet?: string | undefined;
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly lanes?: string | undefined;
  readonly 'settle-seconds'?: string | undefined;
  readonly 'ledger-app'?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Throws `CliUsage` for what is missing or wrong, `ExpectedError` for an address that can't be used. */
export async function readImportOptions(
  values: ImportValues,
  file: string,
  jobsFolder: string,
): Promise<ImportOptions> {
  const plan = readPlanOptions(values);
  return {
    file,
    jobsFolder,
    ...(await readTarget(values)),
    read: readReadOptions(values),
    plan,
    ...readLimits(values),
    json: values.json === true,
  };
}

function readLimits(values: ImportValues): Pick<ImportOptions, 'limits' | 'ledgerApp'> {
  const lanes = readNumber('--lanes', values.lanes, MAX_LANES);
  const settleSeconds = readNumber('--settle-seconds', values['settle-seconds'], MAX_SETTLE_SECONDS);
  const ledgerApp = readNumber('--ledger-app', values['ledger-app'], Number.MAX_SAFE_INTEGER);
  const limits = {
    ...(lanes === undefined ? {} : { lanes }),
    ...(settleSeconds === undefined ? {} : { settleSeconds }),
  };
  return {
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(ledgerApp === undefined ? {} : { ledgerApp: String(ledgerApp) }),
  };
}

const MAX_LANES = 8;
const MAX_SETTLE_SECONDS = 3600;

function readNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? 'the number of an app' : `a number from 1 to ${most}`;
    throw new CliUsage(`${option} takes ${range}.`);
  }
  return number;
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
