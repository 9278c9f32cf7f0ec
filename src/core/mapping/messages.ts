import type { MessageTable } from '../message';

/** Why a value can't be sent, and why columns can't be brought to fields. Each says what would be taken. */
export const MAPPING_MESSAGES = {
  'columns.emptyHeader':
    'The first row holds no column names. Put the field codes or field names there, one in each column.',
  'columns.duplicates':
    'More than one column goes to the same field or has the same name: {names}. Rename or remove the surplus columns.',
  'columns.none':
    'No column matches a field of the app. Name the columns in the first row after the field codes or field names.',
  'columns.onlyNotWritable':
    'The columns that match a field can’t be written by an import: {names}. Add a column for another field.',
  'columns.unknownField':
    'The app has no field {field} any more. Choose the columns again, then start a new import.',
  'columns.notWritable': 'The field {field} can’t be written by an import. Choose the columns again.',
  'columns.sameField': 'Two columns go to the field {field}. Choose one of them.',
  'columns.unknownTimeZone':
    'The time zone {timeZone} is not known on this computer. Use a name such as Asia/Tokyo.',

  'value.required': '{field} is required. Fill in this cell.',
  'value.requiredWithoutColumn':
    '{field} is required, and no column goes to it. Add a column for it, or give the field a default value.',
  'value.lineBreak': '{field} takes one line. Remove the line break from this cell.',
  'value.tooLong': '{field} takes at most {max} characters, and this cell has {length}. Shorten it.',
  'value.tooShort': '{field} takes at least {min} characters, and this cell has {length}. Lengthen it.',
  'value.uniqueTooLong':
    '{field} allows no duplicates and takes at most {max} characters then; this cell has {length}. Shorten it.',

  'value.notANumber':
    '“{value}” is not a number that {field} takes. Use half-width digits, a sign, a point or an exponent, such as 1234.5.',
  'value.notANumberNear': '“{value}” is not a number that {field} takes. Write {suggestion}.',
  'value.notANumberPercent':
    '“{value}” is not a number that {field} takes. Write {percent} or {fraction}, whichever the field means.',
  'value.numberTooSmall': '{field} must be {min} or more.',
  'value.numberTooLarge': '{field} must be {max} or less.',
  'value.integerDigits':
    '{field} takes at most {max} digits before the decimal point, and this number has {count}.',
  'value.decimalPlaces':
    '{field} keeps {max} digits after the decimal point, and this number has {count}. Round it here so that nothing is lost unseen.',

  'value.notAWebAddress':
    '“{value}” is not a web address that {field} takes. Write it in full, such as https://example.com/.',
  'value.notAMailAddress':
    '“{value}” is not a mail address that {field} takes. Write it such as name@example.com.',
  'value.notAPhoneNumber':
    '“{value}” is not a phone number that {field} takes. Use digits and the characters + - ( ) only.',

  'value.notAnOption': '“{value}” is not an option of {field}. Write one of its options exactly.',
  'value.notAnOptionNear': '“{value}” is not an option of {field}. Did you mean “{nearest}”?',

  'value.notADate': '“{value}” is not a date that {field} takes. Write it such as 2026-01-31.',
  'value.noSuchDay': 'The calendar has no day “{value}”. Correct the date for {field}.',
  'value.dateRange': '{field} takes dates from the year 1000 to 9999, and this cell has “{value}”.',
  'value.notATime': '“{value}” is not a time that {field} takes. Write it such as 09:30.',
  'value.notADateTime':
    '“{value}” is not a date and time that {field} takes. Write it such as 2026-01-31 09:30.',
  'value.skippedTime':
    'The time “{value}” does not exist in {timeZone}: clocks are put forward there. Correct it, or add an offset such as +09:00.',
} as const satisfies MessageTable;
