import { ExpectedError, type Message } from '../message';
import { parseJson } from './jsonText';
import { occurrences } from './occurrences';
import { addsRecords, changesRecords, CREATED_TYPES, IMPORT_MODES } from './plan';
import type { BlankKeys, ColumnUse, ImportMode, ImportPlan } from './plan';
import type { PROFILE_MESSAGES } from './profileMessages';

/**
 * A plan with a name, for all files with the same headings. It stands in a workspace's `.vscode/imported-files.json`
 * and may come from anyone: it says what columns become, never where rows go or how to sign in.
 */
export interface Profile {
  readonly name: string;
  /** What the column with each heading becomes. */
  readonly columns: Readonly<Record<string, ColumnUse>>;
  /** Headings of columns that are left out on purpose. */
  readonly ignore?: readonly string[];
  readonly constants?: Readonly<Record<string, string>>;
  readonly mode: ImportMode;
  readonly key?: string;
  readonly blankKeys?: BlankKeys;
  /** IANA name of the zone that times without one are in. */
  readonly timeZone?: string;
  /** Inside the workspace folder and relative to it, with `/` between its parts; `.` is the workspace folder. */
  readonly attachmentsFolder?: string;
}

/** Path of the file of profiles in a workspace folder. */
export const PROFILES_PATH = '.vscode/imported-files.json';

const BLANK_KEYS: readonly BlankKeys[] = ['add', 'skip', 'refuse'];
const MAX_CHARACTERS = 1_000_000;

/**
 * The profiles of a file's text. Every member is looked at: a wrong, missing or unknown one throws `ExpectedError`
 * with its place, such as `profiles[0].columns.Name`.
 */
export function parseProfiles(text: string): Profile[] {
  if (text.length > MAX_CHARACTERS) fail('profile.tooLarge', { max: MAX_CHARACTERS });
  const file = membersOf(parseFile(text.replace(/^\uFEFF/, '')), '{}', ['$schema', 'version', 'profiles']);
  if (file.version === undefined) fail('profile.missing', { place: 'version' });
  if (file.version !== 1) fail('profile.version', { version: shown(file.version) });
  const profiles = listOf(file.profiles, 'profiles').map((value, index) => profileOf(value, index));
  profiles.forEach(({ name }, index) => {
    if (profiles.findIndex((other) => other.name === name) < index)
      fail('profile.sameName', { place: `profiles[${String(index)}].name` });
  });
  return profiles;
}

/** The text of a file of profiles: one with the same name is replaced, a new one comes last. */
export function withProfile(profiles: readonly Profile[], profile: Profile): string {
  const replaces = profiles.some(({ name }) => name === profile.name);
  const all = replaces
    ? profiles.map((other) => (other.name === profile.name ? profile : other))
    : [...profiles, profile];
  return `${JSON.stringify({ version: 1, profiles: all }, null, 2)}\n`;
}

/** What a profile takes over from an import. Throws `ExpectedError` when two used columns have one heading. */
export function profileFrom(
  name: string,
  header: readonly string[],
  plan: ImportPlan,
  more: Pick<Profile, 'timeZone' | 'attachmentsFolder'> = {},
): Profile {
  const used = header.flatMap((heading, column) => {
    const use = plan.columns[column] ?? null;
    return use === null ? [] : [[heading, use] as const];
  });
  const counts = occurrences(header);
  const twice = used.map(([heading]) => heading).filter((heading) => (counts.get(heading) ?? 0) > 1);
  if (twice.length > 0) fail('profile.sameHeadings', { names: [...new Set(twice)].map(shown).join(', ') });
  const columns = Object.fromEntries(used);
  const ignore = [...new Set(header)].filter(
    (heading) => heading.trim() !== '' && !Object.hasOwn(columns, heading),
  );
  const { constants, mode, key, blankKeys } = plan;
  return {
    name,
    columns,
    ...(ignore.length === 0 ? {} : { ignore }),
    ...(constants === undefined || Object.keys(constants).length === 0 ? {} : { constants }),
    mode,
    ...(key === undefined || !changesRecords(mode) ? {} : { key }),
    ...(blankKeys === undefined || !mayDecideBlankKeys(mode) ? {} : { blankKeys }),
    ...(more.timeZone === undefined ? {} : { timeZone: more.timeZone }),
    ...(more.attachmentsFolder === undefined ? {} : { attachmentsFolder: more.attachmentsFolder }),
  };
}

/** Whether rows without a key may become something: where rows find records, and make new ones otherwise. */
export function mayDecideBlankKeys(mode: ImportMode): boolean {
  return addsRecords(mode) && changesRecords(mode);
}

/** Whether a value that was stored somewhere is a use of a column, with no member too many. */
export function isColumnUse(value: unknown): value is ColumnUse {
  if (isCode(value)) return true;
  if (!isObject(value)) return false;
  const texts = (names: readonly string[]): boolean =>
    Object.keys(value).length === names.length &&
    names.every((name) => typeof value[name] === 'string' && value[name] !== '');
  if (value.startsRecord === true) return Object.keys(value).length === 1;
  if ('feeds' in value) {
    const { feeds } = value;
    return Object.keys(value).length === 1 && Array.isArray(feeds) && feeds.length > 1 && feeds.every(isCode);
  }
  if ('creates' in value)
    return texts(['creates', 'type']) && CREATED_TYPES.some((one) => one === value.type);
  return (
    texts(['rowIdsOf']) ||
    texts(['field', 'option']) ||
    texts(['table', 'field']) ||
    texts(['table', 'field', 'option'])
  );
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function profileOf(value: unknown, index: number): Profile {
  const place = `profiles[${String(index)}]`;
  const at = (member: string): string => `${place}.${member}`;
  const members = membersOf(value, place, [
    'name',
    'columns',
    'ignore',
    'constants',
    'mode',
    'key',
    'blankKeys',
    'timeZone',
    'attachmentsFolder',
  ]);
  const optional = <T>(name: string, read: (given: unknown, where: string) => T): T | undefined =>
    members[name] === undefined ? undefined : read(members[name], at(name));
  const name = textOf(members.name, at('name'));
  const columns = usesOf(members.columns, at('columns'));
  const ignore = optional('ignore', textsOf);
  const constants = optional('constants', constantsOf);
  const mode = oneOf(members.mode, at('mode'), IMPORT_MODES);
  const key = optional('key', textOf);
  const blankKeys = optional('blankKeys', (given, where) => oneOf(given, where, BLANK_KEYS));
  const timeZone = optional('timeZone', timeZoneOf);
  const attachmentsFolder = optional('attachmentsFolder', folderOf);
  ignore?.forEach((heading, at_) => {
    if (Object.hasOwn(columns, heading))
      fail('profile.columnAndIgnored', { place: `${at('ignore')}[${String(at_)}]` });
  });
  if (changesRecords(mode) && key === undefined) fail('profile.missing', { place: at('key') });
  if (!changesRecords(mode) && key !== undefined) fail('profile.onlyWithKey', { place: at('key') });
  if (!mayDecideBlankKeys(mode) && blankKeys !== undefined)
    fail('profile.onlyAddOrUpdate', { place: at('blankKeys') });
  return {
    name,
    columns,
    ...(ignore === undefined ? {} : { ignore }),
    ...(constants === undefined ? {} : { constants }),
    mode,
    ...(key === undefined ? {} : { key }),
    ...(blankKeys === undefined ? {} : { blankKeys }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
  };
}

function usesOf(value: unknown, place: string): Readonly<Record<string, ColumnUse>> {
  const entries = Object.entries(membersOf(value, place, null)).map(([heading, use]) => {
    if (!isColumnUse(use)) fail('profile.notAUse', { place: `${place}.${shown(heading)}` });
    return [heading, use] as const;
  });
  // Own members always, even for a heading such as `__proto__`.
  return Object.fromEntries(entries);
}

function constantsOf(value: unknown, place: string): Readonly<Record<string, string>> {
  const entries = Object.entries(membersOf(value, place, null)).map(
    ([code, text]) => [code, textOf(text, `${place}.${shown(code)}`)] as const,
  );
  return Object.fromEntries(entries);
}

function textsOf(value: unknown, place: string): readonly string[] {
  return listOf(value, place).map((text, index) => textOf(text, `${place}[${String(index)}]`));
}

function timeZoneOf(value: unknown, place: string): string {
  const name = textOf(value, place);
  if (!isTimeZone(name)) fail('profile.unknownTimeZone', { place });
  return name;
}

/** Whether a name is a time zone of this computer's IANA database. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return name !== '';
  } catch {
    return false;
  }
}

function folderOf(value: unknown, place: string): string {
  const folder = textOf(value, place);
  const parts = folder.split('/');
  // Backslashes, drives and roots mean different places on different computers.
  const inside = folder === '.' || parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!inside || /[\\:\p{Cc}]/u.test(folder)) fail('profile.outsideFolder', { place });
  return folder;
}

function oneOf<T extends string>(value: unknown, place: string, values: readonly T[]): T {
  if (value === undefined) fail('profile.missing', { place });
  const found = values.find((one) => one === value);
  if (found === undefined) fail('profile.notOneOf', { place, values: values.join(', ') });
  return found;
}

function textOf(value: unknown, place: string): string {
  if (value === undefined) fail('profile.missing', { place });
  if (typeof value !== 'string' || value === '') fail('profile.notText', { place });
  return value;
}

function listOf(value: unknown, place: string): readonly unknown[] {
  if (value === undefined) fail('profile.missing', { place });
  if (!Array.isArray(value)) fail('profile.notAList', { place });
  return value;
}

/** The members of an object; with `known`, no others may be there. */
function membersOf(value: unknown, place: string, known: readonly string[] | null): Record<string, unknown> {
  if (value === undefined) fail('profile.missing', { place });
  if (!isObject(value)) fail('profile.notAnObject', { place });
  const surplus = known === null ? undefined : Object.keys(value).find((name) => !known.includes(name));
  if (surplus !== undefined)
    fail('profile.unknownMember', { place: place === '{}' ? shown(surplus) : `${place}.${shown(surplus)}` });
  return value;
}

function parseFile(text: string): unknown {
  const parsed = parseJson(text);
  if ('value' in parsed) return parsed.value;
  return fail(parsed.commentOrComma ? 'profile.comments' : 'profile.notJson', { line: parsed.line });
}

/** A name of the file as it may stand in a sentence. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A message of this file; a wrong code is a type error. */
export function profileMessage(code: keyof typeof PROFILE_MESSAGES, args?: Message['args']): Message {
  return args === undefined ? { code } : { code, args };
}

function fail(code: keyof typeof PROFILE_MESSAGES, args: Message['args']): never {
  throw new ExpectedError(profileMessage(code, args));
}
