import { CELL_HELP } from './cliCell';
import { readTarget } from './cliAccess';
import type { Access, AccessValues } from './cliAccess';
import { PLAN_HELP, readPlanOptions } from './cliPlan';
import type { PlanOptions, PlanValues } from './cliPlan';
import { SIGN_IN_HELP } from './cliSignIn';
import { CliUsage } from './cliUsage';
import { DELIMITERS, ENCODINGS } from './files/row';
import type { Delimiter, Encoding, ReadOptions } from './files/row';

export const HELP = `Imports CSV and Excel files into Kintone apps and Personium cells, and gives back every row that was not imported.

  imported-files import FILE --base-url URL --app N [sign-in] [options]
  imported-files import FILE --cell-url URL --entity-set BOX/COLLECTION/SET [sign-in] [options]
  imported-files check FILE …        the same without importing: prints every problem with its place
  imported-files resume JOB [sign-in]
                                     go on with an import whose process or window has gone
  imported-files list                print all imports, newest first
  imported-files show JOB            print how one import stands
  imported-files unimported JOB      print the rows that were not imported, with reasons, as CSV

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
  readonly access: Access;
  /** Number of the app, or path of the entity set. */
  readonly targetId: string;
  readonly read: ReadOptions;
  readonly plan: PlanOptions;
  readonly json: boolean;
}

export interface ImportValues extends AccessValues, PlanValues {
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
  const plan = readPlanOptions(values);
  return {
    file,
    jobsFolder,
    ...(await readTarget(values)),
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
