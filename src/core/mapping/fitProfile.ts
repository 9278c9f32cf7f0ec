import type { Message } from '../message';
import { fieldToCreate, type CreatingUse } from './createdFields';
import { occurrences } from './occurrences';
import { changesRecords, columnOf } from './plan';
import type { ColumnUse, ImportPlan } from './plan';
import { profileMessage, type Profile } from './profile';
import { ADDED_COLUMNS } from './reasonColumns';
import { keyFields, modesOf, type TargetField, type TargetSchema } from './schema';

export interface FittedProfile {
  /** What of the profile fits; without a folder of attachments, which the caller finds. */
  readonly plan: ImportPlan;
  /** What does not fit, one sentence a kind; empty when all does. */
  readonly misfits: readonly Message[];
}

/**
 * Brings a profile to a file's header and an app's live schema. A plan with misfits must not be used unseen: columns
 * that changed their names or fields that went would otherwise be left out without a word.
 */
export function fitProfile(profile: Profile, header: readonly string[], schema: TargetSchema): FittedProfile {
  const found = new Misfits();
  const counts = occurrences(header);
  const ignored = new Set(profile.ignore);
  const columns = header.map((heading): ColumnUse | null => {
    if (!Object.hasOwn(profile.columns, heading)) {
      if (!isPassedOver(heading) && !ignored.has(heading)) found.add('profile.headingsUnknown', heading);
      return null;
    }
    if ((counts.get(heading) ?? 0) > 1) {
      found.add('profile.headingsTwice', heading);
      return null;
    }
    const use = profile.columns[heading];
    return use !== undefined && fits(use, profile, schema, found) ? use : null;
  });
  for (const heading of Object.keys(profile.columns))
    if (!counts.has(heading)) found.add('profile.headingsMissing', heading);
  const constants = fittingConstants(profile, columns, schema, found);
  const possible = modesOf(schema).includes(profile.mode);
  if (!possible) found.say(profileMessage('profile.modeNotPossible'));
  const key = possible ? keyOf(profile, columns, schema, found) : undefined;
  return {
    plan: {
      columns,
      ...(Object.keys(constants).length === 0 ? {} : { constants }),
      mode: key === undefined ? 'add' : profile.mode,
      ...(key === undefined ? {} : { key }),
      ...(key === undefined || profile.blankKeys === undefined ? {} : { blankKeys: profile.blankKeys }),
    },
    misfits: found.messages(),
  };
}

/** Names of one kind of misfit stand in one sentence. */
class Misfits {
  readonly #names = new Map<Parameters<typeof profileMessage>[0], Set<string>>();
  readonly #others: Message[] = [];

  add(code: Parameters<typeof profileMessage>[0], name: string): void {
    const names = this.#names.get(code) ?? new Set();
    this.#names.set(code, names.add(name));
  }

  say(message: Message): void {
    this.#others.push(message);
  }

  messages(): readonly Message[] {
    const listed = [...this.#names].map(([code, names]) => profileMessage(code, { names: list([...names]) }));
    return [...listed, ...this.#others];
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
  return names.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** Columns without a name and those of a document of rows that came back: no import looks at them. */
function isPassedOver(heading: string): boolean {
  const name = heading.trim();
  return name === '' || ADDED_COLUMNS.has(name);
}

function fits(use: ColumnUse, profile: Profile, schema: TargetSchema, found: Misfits): boolean {
  if (typeof use === 'string') {
    const field = fieldOf(schema.fields, use, found);
    // A record number finds records and is never written.
    return field?.kind === 'recordNumber' ? profile.key === use : isWritable(field, found);
  }
  if ('startsRecord' in use) return true;
  if ('rowIdsOf' in use) return isTable(fieldOf(schema.fields, use.rowIdsOf, found), found);
  if ('table' in use) {
    const table = fieldOf(schema.fields, use.table, found);
    const inner = table === undefined ? undefined : fieldOf(table.fields ?? [], use.field, found);
    return isWritable(inner, found) && hasOption(inner, use.option, found);
  }
  if ('creates' in use) return canCreate(use, schema, found);
  if ('feeds' in use) return use.feeds.every((code) => fits(code, profile, schema, found));
  const field = fieldOf(schema.fields, use.field, found);
  return isWritable(field, found) && hasOption(field, use.option, found);
}

function canCreate(use: CreatingUse, schema: TargetSchema, found: Misfits): boolean {
  const field = fieldToCreate(schema, use);
  if (typeof field !== 'string') return isWritable(field, found);
  found.add('profile.cantCreate', use.creates);
  return false;
}

function fieldOf(fields: readonly TargetField[], code: string, found: Misfits): TargetField | undefined {
  const field = fields.find((one) => one.code === code);
  if (field === undefined) found.add('profile.fieldsMissing', code);
  return field;
}

function isWritable(field: TargetField | undefined, found: Misfits): boolean {
  if (field === undefined) return false;
  if (field.kind !== 'readOnly' && field.kind !== 'table') return true;
  found.add('profile.fieldsNotWritable', field.label);
  return false;
}

function isTable(field: TargetField | undefined, found: Misfits): boolean {
  if (field === undefined || field.kind === 'table') return field !== undefined;
  found.add('profile.fieldsMissing', field.label);
  return false;
}

function hasOption(field: TargetField | undefined, option: string | undefined, found: Misfits): boolean {
  if (field === undefined || option === undefined || field.options?.includes(option) === true) return true;
  found.add('profile.optionsMissing', `${field.label}[${option}]`);
  return false;
}

function fittingConstants(
  profile: Profile,
  columns: readonly (ColumnUse | null)[],
  schema: TargetSchema,
  found: Misfits,
): Readonly<Record<string, string>> {
  const entries = Object.entries(profile.constants ?? {}).filter(([code]) => {
    const field = fieldOf(schema.fields, code, found);
    if (!isWritable(field, found)) return false;
    const filled = columnOf(columns, code) >= 0 || columns.some((use) => isPieceOf(use, code));
    if (filled) found.add('profile.sameField', field?.label ?? code);
    return !filled;
  });
  return Object.fromEntries(entries);
}

/** One option of a field, or a part of an object. */
function isPieceOf(use: ColumnUse | null, code: string): boolean {
  if (use === null || typeof use === 'string') return false;
  return 'table' in use ? use.table === code : 'option' in use && use.field === code;
}

/** The key when it can find records and a column of this file feeds it. */
function keyOf(
  profile: Profile,
  columns: readonly (ColumnUse | null)[],
  schema: TargetSchema,
  found: Misfits,
): string | undefined {
  const { key, mode } = profile;
  if (!changesRecords(mode) || key === undefined) return undefined;
  const field = schema.fields.find((one) => one.code === key);
  if (field === undefined) {
    found.add('profile.fieldsMissing', key);
    return undefined;
  }
  if (!keyFields(schema).includes(field)) {
    found.say(profileMessage('profile.keyNotPossible', { field: field.label }));
    return undefined;
  }
  if (columnOf(columns, key) >= 0) return key;
  found.say(profileMessage('profile.keyMissing', { field: field.label }));
  return undefined;
}
