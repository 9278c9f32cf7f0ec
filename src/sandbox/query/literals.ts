import { ApiError, invalidParameter } from '../apiError';
import type { FieldDefinition } from '../apps/definition';
import { ADMINISTRATOR, DIRECTORY } from '../directory';
import type { App } from '../records/app';
import { minuteText, readDate, readDateTime, readTime } from '../records/dates';
import { TEXTS } from '../texts';
import type { Kind } from './fieldKinds';
import type { FunctionCall } from './functions';
import { badUse, daysOf } from './functions';
import type { Literal } from './parseQuery';

/** A value a condition asks for; a span of time goes from its first to its last moment. */
export interface Wanted {
  readonly from: string;
  readonly to: string;
}

const DIRECTORIES = {
  USER_SELECT: [DIRECTORY.users, 'GAIA_IL26', TEXTS.unknownUser],
  ORGANIZATION_SELECT: [DIRECTORY.organizations, 'GAIA_IL28', TEXTS.unknownOrganization],
  GROUP_SELECT: [DIRECTORY.groups, 'GAIA_IL27', TEXTS.unknownGroup],
} as const;

/** Literals and functions as the values of a field of that kind are kept. Throws what the service answers to others. */
export function wantedValues(
  app: App,
  field: FieldDefinition | undefined,
  kind: Kind,
  literals: readonly Literal[],
  userCode: string | undefined,
): readonly Wanted[] {
  return literals.map((literal): Wanted => {
    if (typeof literal !== 'string') {
      return callValue(kind, literal, userCode);
    }
    const isNumber = field === undefined || field.type === 'RECORD_NUMBER';
    const text = literalText(field, kind, isNumber ? recordId(app, literal) : literal);
    return { from: text, to: text };
  });
}

/** The id in a record number, which may be written with the code of the app. */
export function recordId(app: App, text: string): string {
  const { code } = app.definition;
  return code !== undefined && text.startsWith(`${code}-`) ? text.slice(code.length + 1) : text;
}

function callValue(kind: Kind, call: FunctionCall, userCode: string | undefined): Wanted {
  if (kind === 'people' && call.name === 'LOGINUSER' && call.parameters.length === 0) {
    const code = userCode ?? ADMINISTRATOR.code;
    return { from: code, to: code };
  }
  if (kind === 'people' && call.name === 'PRIMARY_ORGANIZATION' && call.parameters.length === 0) {
    // Nobody here has one.
    return { from: '', to: '' };
  }
  const now = new Date();
  if (kind === 'dateTime' && call.name === 'NOW' && call.parameters.length === 0) {
    const text = minuteText(now.getTime());
    return { from: text, to: text };
  }
  const days = kind === 'date' || kind === 'dateTime' ? daysOf(call, now) : undefined;
  if (days === undefined) {
    throw badUse();
  }
  return kind === 'date' ? days : { from: startOf(days.from), to: endOf(days.to) };
}

/** The first minute of a day where the server stands. */
function startOf(day: string): string {
  return minuteText(new Date(`${day}T00:00`).getTime());
}

function endOf(day: string): string {
  return minuteText(new Date(`${day}T23:59`).getTime());
}

function literalText(field: FieldDefinition | undefined, kind: Kind, text: string): string {
  if (text === '') {
    return text;
  }
  switch (kind) {
    case 'number':
      return requireRead(Number.isFinite(Number(text)) ? text : undefined);
    case 'date':
      return requireRead(readDate(text));
    case 'time':
      return requireRead(readTime(text));
    case 'dateTime':
      return requireRead(readDateTime(text));
    case 'choice':
      requireOption(field, text);
      return text;
    case 'people':
      requireEntry(field, text);
      return text;
    case 'text':
    case 'longText':
    case 'status':
    case 'file':
    case 'none':
      return text;
  }
}

function requireOption(field: FieldDefinition | undefined, text: string): void {
  if (field !== undefined && 'options' in field && !field.options.includes(text)) {
    throw new ApiError(400, 'GAIA_IQ10', TEXTS.notAnOption(text));
  }
}

function requireEntry(field: FieldDefinition | undefined, code: string): void {
  // Who made or changed a record may be someone who is not in the directory.
  if (field !== undefined && field.type in DIRECTORIES) {
    const [known, error, complaint] = DIRECTORIES[field.type as keyof typeof DIRECTORIES];
    if (!known.has(code)) {
      throw new ApiError(400, error, complaint(code));
    }
  }
}

function requireRead(text: string | undefined): string {
  if (text === undefined) {
    throw invalidParameter('query', TEXTS.badQuery);
  }
  return text;
}
