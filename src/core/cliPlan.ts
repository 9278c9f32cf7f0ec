import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CliUsage } from './cliUsage';
import { isPropertyName } from './mapping/createdFields';
import { fitProfile } from './mapping/fitProfile';
import { checkColumns, matchColumns } from './mapping/matchColumns';
import { CREATED_TYPES, changesRecords, feedingToo } from './mapping/plan';
import type { BlankKeys, ColumnUse, ImportMode, ImportPlan } from './mapping/plan';
import { PROFILES_PATH, isTimeZone, mayDecideBlankKeys, parseProfiles } from './mapping/profile';
import { givenId, keyFields, modesOf } from './mapping/schema';
import type { TargetField, TargetSchema } from './mapping/schema';
import { ExpectedError } from './message';
import type { Message } from './message';

export const PLAN_HELP = `What becomes of the rows
  --mode MODE                        add (otherwise) or update; in an app also add-or-update, in a cell replace or
                                     add-or-replace: nothing stays of the entity that is replaced
  --key CODE                         field that finds the records to change: the record number, or a text or
                                     number field without duplicates; __id in a cell
  --blank-keys WHAT                  rows without a key, where rows add and change: add, skip or refuse (otherwise)
  --column HEADING=CODE              field of a column whose heading is not its name or code; FIELD[OPTION] for
                                     one option, TABLE.FIELD for a field of a table, OBJECT.PART for a part of an
                                     object, * for the column whose cells start records. May be given several
                                     times, as the next three
  --create HEADING=TYPE              a property of a cell that the first value creates, for ever of this type: text,
                                     number or boolean; HEADING=NAME:TYPE where it has another name than the column
  --id-from HEADING                  column whose cells are the ids (__id) of the entities too
  --ignore HEADING                   a column that is not imported
  --set CODE=TEXT                    what a field gets in every new or changed record
  --attachments-dir FOLDER           the only folder that attachments are taken from
  --time-zone NAME                   zone of times without one, such as Asia/Tokyo; this computer's otherwise
  --profile NAME                     the columns, mode and key of a profile in ${PROFILES_PATH}`;

export const PLAN_OPTIONS = {
  mode: { type: 'string' },
  key: { type: 'string' },
  'blank-keys': { type: 'string' },
  column: { type: 'string', multiple: true },
  create: { type: 'string', multiple: true },
  'id-from': { type: 'string' },
  ignore: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  'attachments-dir': { type: 'string' },
  'time-zone': { type: 'string' },
  profile: { type: 'string' },
} as const;

export interface PlanValues {
  readonly mode?: string | undefined;
  readonly key?: string | undefined;
  readonly 'blank-keys'?: string | undefined;
  readonly column?: string[] | undefined;
  readonly create?: string[] | undefined;
  readonly 'id-from'?: string | undefined;
  readonly ignore?: string[] | undefined;
  readonly set?: string[] | undefined;
  readonly 'attachments-dir'?: string | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly profile?: string | undefined;
}

/** What the arguments say of the plan; the file and the app say the rest. */
export interface PlanOptions {
  readonly mode: ImportMode;
  readonly key?: string;
  readonly blankKeys?: BlankKeys;
  /** Uses by heading; null leaves a column out. */
  readonly columns: ReadonlyMap<string, ColumnUse | null>;
  readonly constants: Readonly<Record<string, string>>;
  /** Heading of the column whose cells are the ids of the records, whatever else they are. */
  readonly idFrom?: string;
  readonly attachmentsFolder?: string;
  readonly timeZone?: string;
  readonly profile?: string;
}

/** Throws `CliUsage` for what can't be understood. */
export function readPlanOptions(values: PlanValues): PlanOptions {
  const { key, profile } = values;
  const mode = oneOf(MODES, '--mode', values.mode);
  const blankKeys = oneOf(BLANK_KEYS, '--blank-keys', values['blank-keys']);
  const folder = values['attachments-dir'];
  const timeZone = values['time-zone'];
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    throw new CliUsage('--time-zone takes a name such as Asia/Tokyo.');
  }
  const idFrom = values['id-from'];
  const decided = [values.mode, key, values.column, values.create, idFrom, values.ignore, values.set];
  if (profile !== undefined && decided.some((value) => value !== undefined)) {
    throw new CliUsage(
      '--profile decides mode, key and columns: leave --mode, --key, --column, --create, --id-from, --ignore and --set out.',
    );
  }
  if (profile === undefined && blankKeys !== undefined && !mayDecideBlankKeys(mode ?? 'add')) {
    throw new CliUsage('--blank-keys needs --mode add-or-update or add-or-replace.');
  }
  if (profile === undefined && key !== undefined && !changesRecords(mode ?? 'add')) {
    throw new CliUsage('--key needs another --mode than add.');
  }
  return {
    mode: mode ?? 'add',
    ...(key === undefined ? {} : { key }),
    ...(blankKeys === undefined ? {} : { blankKeys }),
    columns: new Map([
      ...(values.column ?? []).map(readColumn),
      ...(values.create ?? []).map(readCreate),
      ...(values.ignore ?? []).map((heading) => [heading, null] as const),
    ]),
    constants: Object.fromEntries((values.set ?? []).map(readConstant)),
    ...(idFrom === undefined ? {} : { idFrom }),
    ...(folder === undefined ? {} : { attachmentsFolder: path.resolve(folder) }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(profile === undefined ? {} : { profile }),
  };
}

const MODES = {
  add: 'add',
  update: 'update',
  'add-or-update': 'addOrUpdate',
  replace: 'replace',
  'add-or-replace': 'addOrReplace',
} as const satisfies Readonly<Record<string, ImportMode>>;
const BLANK_KEYS = { add: 'add', skip: 'skip', refuse: 'refuse' } as const satisfies Readonly<
  Record<string, BlankKeys>
>;

function oneOf<T>(
  known: Readonly<Record<string, T>>,
  option: string,
  given: string | undefined,
): T | undefined {
  if (given === undefined) return undefined;
  const value = Object.hasOwn(known, given) ? known[given] : undefined;
  if (value === undefined) throw new CliUsage(`${option} takes ${Object.keys(known).join(', ')}.`);
  return value;
}

/** Codes have no `=`, and none of the signs between the parts of a use. */
const COLUMN =
  /^(?<heading>[^]*)=(?:(?<start>\*)|(?:(?<table>[^=.[\]]+)\.)?(?<field>[^=.[\]]+)(?:\[(?<option>[^]*)\])?)$/;

function readColumn(text: string): readonly [string, ColumnUse] {
  const { heading = '', start, table, field = '', option } = COLUMN.exec(text)?.groups ?? {};
  if (heading === '') {
    throw new CliUsage(`--column takes HEADING=CODE, and ${text} is not of this form.`);
  }
  if (start !== undefined) return [heading, { startsRecord: true }];
  const inTable = table === undefined ? {} : { table };
  if (option !== undefined) return [heading, { ...inTable, field, option }];
  return [heading, table === undefined ? field : { table, field }];
}

const CREATE = /^(?<heading>[^]+)=(?:(?<name>[A-Za-z0-9][A-Za-z0-9-_]{0,127}):)?(?<type>[a-z]+)$/;

function readCreate(text: string): readonly [string, ColumnUse] {
  const { heading = '', name = heading, type: written } = CREATE.exec(text)?.groups ?? {};
  const type = CREATED_TYPES.find((one) => one === written);
  if (type === undefined) {
    throw new CliUsage(
      `--create takes HEADING=text, HEADING=number or HEADING=boolean, and ${text} is not of this form.`,
    );
  }
  if (!isPropertyName(name)) {
    throw new CliUsage(
      `A property can’t be called ${name}. Write ${heading}=NAME:${type}, the name in half-width letters, digits, - and _.`,
    );
  }
  return [heading, { creates: name, type }];
}

function readConstant(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliUsage(`--set takes CODE=TEXT, and ${text} is not of this form.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

export interface PlannedFile {
  readonly plan: ImportPlan;
  readonly timeZone?: string;
  /** To be said before anything is done. */
  readonly notes: readonly Message[];
}

/**
 * Brings the arguments to a file's header and an app. Throws `CliUsage` for headings and keys that are not there,
 * `ExpectedError` for columns that can't be imported like that.
 */
export async function planImport(
  options: PlanOptions,
  header: readonly string[],
  schema: TargetSchema,
  folder: string,
): Promise<PlannedFile> {
  return options.profile === undefined
    ? planByOptions(options, header, schema)
    : planByProfile(options, options.profile, header, schema, folder);
}

function planByOptions(options: PlanOptions, header: readonly string[], schema: TargetSchema): PlannedFile {
  const { mode, columns: given, constants, blankKeys, attachmentsFolder, timeZone } = options;
  for (const heading of given.keys()) {
    if (!header.includes(heading)) throw new CliUsage(`The file has no column ${heading}.`);
  }
  const possible = modesOf(schema);
  if (!possible.includes(mode)) {
    throw new CliUsage(`${schema.name} takes --mode ${namesOfModes(possible)}.`);
  }
  const key = changesRecords(mode) ? findKey(options, header, schema) : undefined;
  const match = matchColumns(header, schema, { mode, ...(key === undefined ? {} : { key }) });
  const uses = header.map((heading, column) => {
    const use = given.get(heading);
    return use === undefined ? (match.columns[column] ?? null) : use;
  });
  const columns = options.idFrom === undefined ? uses : withIds(uses, options.idFrom, header, schema);
  const duplicates = match.duplicates.filter((heading) => !given.has(heading));
  const refusal = checkColumns({ ...match, columns, duplicates }, header);
  if (refusal) throw new ExpectedError(refusal);
  const leftOut = [...match.unmatched, ...match.notWritable]
    .filter((column) => columns[column] === null && !given.has(header[column] ?? ''))
    .sort((a, b) => a - b)
    .map((column) => header[column] ?? '');
  return {
    plan: {
      columns,
      ...(Object.keys(constants).length === 0 ? {} : { constants }),
      mode,
      ...(key === undefined ? {} : { key }),
      ...(blankKeys === undefined ? {} : { blankKeys }),
      ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
    },
    ...(timeZone === undefined ? {} : { timeZone }),
    notes: leftOut.length > 0 ? [{ code: 'cli.columnsLeftOut', args: { names: leftOut.join(', ') } }] : [],
  };
}

function withIds(
  columns: readonly (ColumnUse | null)[],
  heading: string,
  header: readonly string[],
  schema: TargetSchema,
): readonly (ColumnUse | null)[] {
  const id = givenId(schema);
  if (id === undefined) throw new CliUsage(`--id-from is for entity sets: ${schema.name} gives its own ids.`);
  const at = header.indexOf(heading);
  if (at < 0) throw new CliUsage(`The file has no column ${heading}.`);
  const use = feedingToo(columns[at] ?? null, id.code);
  if (use === null) {
    throw new CliUsage(
      `--id-from takes a column that is a whole field or nothing else, and ${heading} is not.`,
    );
  }
  return columns.map((other, column) => (column === at ? use : other));
}

/** The key that was named by its code or name, or the only one there is. */
function findKey(options: PlanOptions, header: readonly string[], schema: TargetSchema): string {
  const { key, columns } = options;
  const possible = keyFields(schema);
  if (key !== undefined) {
    const field = possible.find(({ code }) => code === key) ?? possible.find(({ label }) => label === key);
    if (field === undefined) {
      throw new CliUsage(`Records can’t be found by ${key}. ${namesOf(possible)}`);
    }
    return field.code;
  }
  const fed = new Set([
    ...matchColumns(header, schema, { mode: options.mode }).keys.map(({ field }) => field.code),
    ...columns.values(),
    ...(options.idFrom === undefined ? [] : [givenId(schema)?.code]),
  ]);
  const keys = possible.filter(({ code }) => fed.has(code));
  const [only] = keys;
  if (only === undefined || keys.length > 1) {
    throw new CliUsage(
      `Say with --key which field finds the records. ${namesOf(keys.length > 1 ? keys : possible)}`,
    );
  }
  return only.code;
}

function namesOfModes(modes: readonly ImportMode[]): string {
  const names = Object.entries(MODES).flatMap(([name, mode]) => (modes.includes(mode) ? [name] : []));
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}` : names.join('');
}

function namesOf(fields: readonly TargetField[]): string {
  return fields.length === 0
    ? 'No field could.'
    : `These could: ${fields.map(({ code }) => code).join(', ')}.`;
}

async function planByProfile(
  options: PlanOptions,
  name: string,
  header: readonly string[],
  schema: TargetSchema,
  folder: string,
): Promise<PlannedFile> {
  const file = path.join(folder, PROFILES_PATH);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliUsage(`--profile reads ${file}, which can’t be read (${codeOf(error)}).`);
  });
  const profile = parseProfiles(text).find((one) => one.name === name);
  if (profile === undefined) throw new CliUsage(`${file} has no profile ${name}.`);
  const { plan, misfits } = fitProfile(profile, header, schema);
  const [first] = misfits;
  if (first !== undefined) throw new ExpectedError(first);
  const blankKeys = mayDecideBlankKeys(plan.mode) ? options.blankKeys : undefined;
  const relative = profile.attachmentsFolder;
  const attachmentsFolder =
    options.attachmentsFolder ?? (relative === undefined ? undefined : path.join(folder, relative));
  const timeZone = options.timeZone ?? profile.timeZone;
  return {
    plan: {
      ...plan,
      ...(blankKeys === undefined ? {} : { blankKeys }),
      ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
    },
    ...(timeZone === undefined ? {} : { timeZone }),
    notes: [],
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}
