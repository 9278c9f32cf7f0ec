import { ApiError, invalidJson } from '../apiError';
import type {
  ChoicesField,
  EntitiesField,
  LinkField,
  NumberField,
  NumberPrecision,
  PlainField,
  StoredField,
  TextField,
} from '../apps/definition';
import { isUnique } from '../apps/definition';
import { DIRECTORY } from '../directory';
import { TEXTS } from '../texts';
import { minuteText, readDate, readDateTime, readTime } from './dates';
import { canonicalNumber, compareNumbers, readNumber } from './numbers';
import type { CompiledField, PlainValue, StoredValue } from './field';
import { listOfTexts } from './field';
import type { RecordSettings } from './options';

/** The longest text a field without duplicates may hold, in characters. */
const LONGEST_UNIQUE_TEXT = 64;

/** Where a field stands. */
export interface Place {
  /** In the rows of a table. */
  readonly inTable: boolean;
  /** A lookup fills it. */
  readonly copied: boolean;
}

export function compileField(
  field: PlainField,
  precision: NumberPrecision,
  settings: RecordSettings,
  { inTable, copied }: Place,
): CompiledField {
  return {
    code: field.code,
    field,
    required: field.required === true,
    unique: isUnique(field),
    read: reader(field, precision, settings, inTable),
    requiredSuffix: requiredSuffix(field),
    initial: initialValue(field),
    lookup: 'lookup' in field ? field.lookup : undefined,
    copied,
    inner: undefined,
  };
}

/** What two values that count as duplicates have in common. Not for empty values. */
export function uniqueKey(field: StoredField, value: StoredValue): string {
  const text = typeof value === 'string' ? value : '';
  return field.type === 'NUMBER' ? canonicalNumber(text) : text;
}

function reader(
  field: PlainField,
  precision: NumberPrecision,
  settings: RecordSettings,
  inTable: boolean,
): CompiledField['read'] {
  switch (field.type) {
    case 'SINGLE_LINE_TEXT':
    case 'LINK':
      return textReader(field, settings);
    case 'MULTI_LINE_TEXT':
    case 'RICH_TEXT':
      return textOf;
    case 'NUMBER':
      return numberReader(field, precision, inTable);
    case 'RADIO_BUTTON':
    case 'DROP_DOWN': {
      const options = new Set(field.options);
      return (sent, report) => {
        const text = textOf(sent);
        if (text !== '' && !options.has(text)) {
          report.add(field.code, '.value', TEXTS.notAnOption(text));
        }
        return text === '' ? null : text;
      };
    }
    case 'CHECK_BOX':
    case 'MULTI_SELECT':
      return choicesReader(field);
    case 'DATE':
      return momentReader(field.code, readDate, TEXTS.badDate);
    case 'TIME':
      return momentReader(field.code, readTime, TEXTS.badTime);
    case 'DATETIME':
      return momentReader(field.code, readDateTime, TEXTS.badDateTime);
    case 'USER_SELECT':
    case 'ORGANIZATION_SELECT':
    case 'GROUP_SELECT':
      return entitiesReader(field);
    case 'FILE':
      return readFiles;
  }
}

/** Files by the keys they were uploaded or read with. */
const readFiles: CompiledField['read'] = (sent, _report, { before, attach }) => {
  const kept = listOfTexts(before);
  return listOf(sent).map((file) => {
    if (typeof file !== 'object' || file === null || !('fileKey' in file)) {
      throw invalidJson();
    }
    return attach(textOf(file.fileKey), kept);
  });
};

const LINK_FORMS = {
  WEB: /^(https?|ftp):\/\/[^\s/?#]+\S*$/i,
  MAIL: /^[^\s@]+@[^\s@]+$/,
  CALL: /^[0-9+\-#*.() ]+$/,
};

function textReader(
  field: TextField | LinkField,
  { emptyTextHasLength }: RecordSettings,
): CompiledField['read'] {
  const { code, minLength = 0 } = field;
  const maxLength = Math.min(field.maxLength ?? Infinity, isUnique(field) ? LONGEST_UNIQUE_TEXT : Infinity);
  return (sent, report) => {
    const text = textOf(sent);
    if (text.length > maxLength) {
      report.add(code, '.value', TEXTS.shorterThan(maxLength + 1));
    }
    if (text.length < minLength && (text !== '' || emptyTextHasLength)) {
      report.add(code, '.value', TEXTS.longerThan(minLength - 1));
    }
    if (field.type === 'LINK' && text !== '' && !LINK_FORMS[field.protocol].test(text)) {
      report.add(code, '.value', TEXTS.badLink[field.protocol]);
    }
    return text;
  };
}

function numberReader(
  field: NumberField,
  precision: NumberPrecision,
  inTable: boolean,
): CompiledField['read'] {
  const { code, minValue, maxValue } = field;
  return (sent, report) => {
    const text = textOf(sent);
    if (text.trim() === '') {
      return '';
    }
    const reading = readNumber(text, precision);
    switch (reading.kind) {
      case 'notANumber':
        // The service blanks it silently in a table, and complains of it elsewhere.
        if (!inTable) {
          report.addNotANumber(code);
        }
        // Taken as empty from here, so that a required field is reported too, as the service does.
        return '';
      case 'tooManyDigits':
        report.add(code, '.value', TEXTS.integerDigits(precision.digits - precision.decimalPlaces));
        return text;
      case 'number':
        if (maxValue !== undefined && compareNumbers(reading.text, maxValue) > 0) {
          report.add(code, '.value', TEXTS.atMost(maxValue));
        }
        if (minValue !== undefined && compareNumbers(reading.text, minValue) < 0) {
          report.add(code, '.value', TEXTS.atLeast(minValue));
        }
        return reading.text;
    }
  };
}

function choicesReader(field: ChoicesField): CompiledField['read'] {
  const { code } = field;
  const options = new Set(field.options);
  return (sent, report) => {
    const chosen = listOf(sent).map(textOf);
    for (const [index, value] of chosen.entries()) {
      if (!options.has(value)) {
        report.add(code, `.values[${index}].value`, TEXTS.notAnOption(value));
      }
    }
    // In the order of the options, each once, whatever the order of sending.
    return chosen.length < 2
      ? chosen.filter((value) => options.has(value))
      : field.options.filter((option) => chosen.includes(option));
  };
}

function momentReader(
  code: string,
  read: (text: string) => string | undefined,
  complaint: typeof TEXTS.badDate,
): CompiledField['read'] {
  return (sent, report) => {
    const text = textOf(sent);
    if (text === '') {
      return null;
    }
    const value = read(text);
    if (value === undefined) {
      report.add(code, '.value', complaint);
      return text;
    }
    return value;
  };
}

function entitiesReader(field: EntitiesField): CompiledField['read'] {
  const [known, code, complaint] = {
    USER_SELECT: [DIRECTORY.users, 'GAIA_IL26', TEXTS.unknownUser] as const,
    ORGANIZATION_SELECT: [DIRECTORY.organizations, 'GAIA_IL28', TEXTS.unknownOrganization] as const,
    GROUP_SELECT: [DIRECTORY.groups, 'GAIA_IL27', TEXTS.unknownGroup] as const,
  }[field.type];
  return (sent) => {
    const codes = listOf(sent).map((entry) => {
      if (typeof entry !== 'object' || entry === null || !('code' in entry)) {
        throw invalidJson();
      }
      return textOf(entry.code);
    });
    const unknown = codes.find((one) => !known.has(one));
    if (unknown !== undefined) {
      // Refused at once, without a path or index.
      throw new ApiError(400, code, complaint(unknown));
    }
    return [...new Set(codes)];
  };
}

function requiredSuffix(field: PlainField): string {
  switch (field.type) {
    case 'CHECK_BOX':
    case 'MULTI_SELECT':
    case 'FILE':
      return '.values';
    case 'USER_SELECT':
    case 'ORGANIZATION_SELECT':
    case 'GROUP_SELECT':
      return '.values.value';
    default:
      return '.value';
  }
}

function initialValue(field: PlainField): () => PlainValue {
  switch (field.type) {
    case 'CHECK_BOX':
    case 'MULTI_SELECT': {
      const chosen = field.defaultValue ?? [];
      return () => chosen;
    }
    case 'USER_SELECT':
    case 'ORGANIZATION_SELECT':
    case 'GROUP_SELECT': {
      const codes = field.defaultValue ?? [];
      return () => codes;
    }
    case 'FILE':
      return () => [];
    case 'DATE':
    case 'TIME':
    case 'DATETIME': {
      const { type, defaultValue = null } = field;
      return field.defaultNow === true ? () => now(type) : () => defaultValue;
    }
    case 'RADIO_BUTTON':
    case 'DROP_DOWN': {
      const { defaultValue = null } = field;
      return () => defaultValue;
    }
    case 'SINGLE_LINE_TEXT':
    case 'MULTI_LINE_TEXT':
    case 'RICH_TEXT':
    case 'NUMBER':
    case 'LINK': {
      const { defaultValue = '' } = field;
      return () => defaultValue;
    }
  }
}

function now(type: 'DATE' | 'TIME' | 'DATETIME'): string {
  if (type === 'DATETIME') {
    return minuteText(Date.now());
  }
  // The day and the clock of where the server stands, as the service takes those of the user's place.
  const local = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  return type === 'DATE' ? local.slice(0, 10) : local.slice(11, 16);
}

function textOf(sent: unknown): string {
  if (typeof sent === 'string') {
    return sent;
  }
  if (sent === null || sent === undefined) {
    return '';
  }
  if (typeof sent === 'number') {
    return String(sent);
  }
  throw invalidJson();
}

function listOf(sent: unknown): readonly unknown[] {
  if (sent === null || sent === undefined) {
    return [];
  }
  if (!Array.isArray(sent)) {
    throw invalidJson();
  }
  return sent;
}
