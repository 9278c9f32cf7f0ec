import type { MessageTable } from '../message';

/** Why a value can't be sent, and why columns can't be brought to fields. Each says what would be taken. */
export const MAPPING_MESSAGES = {
  'columns.emptyHeader':
    'The first row holds no column names. Put the field codes or field names there, one in each column.',
  'columns.duplicates':
    'More than one column goes to the same field or has the same name: {names}. Rename or remove the surplus columns.',
  'columns.none':
    'No column matches a field. Name the columns in the first row after the field codes or field names.',
  'columns.onlyNotWritable':
    'The columns that match a field can’t be written by an import: {names}. Add a column for another field.',
  'columns.unknownField':
    'There is no field {field} any more. Choose the columns again, then start a new import.',
  'columns.notWritable': 'The field {field} can’t be written by an import. Choose the columns again.',
  'columns.sameField': 'Two columns go to the field {field}. Choose one of them.',
  'columns.modeNotPossible': '{target} does not take rows in this way. Choose again what becomes of them.',
  'columns.cantCreate':
    '{target} takes no properties beside its own, so that a column can’t create {field}. Leave the column out, or choose a field for it.',
  'columns.badPropertyName':
    'A property can’t be called {field}. Use up to 128 half-width letters, digits, - and _, beginning with a letter or digit.',
  'columns.otherCreatedType':
    'The property {field} exists already and holds something else. Choose it as a field, or create a property with another name.',
  'columns.tooManyCreated':
    '{target} can have {left} more properties, and columns would create {count}. Leave some of them out.',
  'columns.partsMissing': 'Columns for some parts of {field} need columns for these parts, too: {names}.',
  'columns.unknownPart':
    '{field} has no part {part} any more. Choose the columns again, then start a new import.',
  'columns.unknownOption':
    'The field {field} has no option “{option}” any more. Choose the columns again, then start a new import.',
  'columns.attachmentsFolder':
    'The attachments folder {folder} can’t be read. Choose the folder again, then start a new import.',
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
  'value.notANumberComma':
    'The comma in “{value}” can be a point or a separator. Write {point} or {without}, whichever {field} means.',
  'value.otherUnit':
    '“{value}” is not in {unit}, the unit of {field}. Convert it and write the number alone.',
  'value.numberTooSmall': '{field} must be {min} or more.',
  'value.numberTooLarge': '{field} must be {max} or less.',
  'value.integerDigits':
    '{field} takes at most {max} digits before the decimal point, and this number has {count}.',
  'value.decimalPlaces':
    '{field} keeps {max} digits after the decimal point, and this number has {count}. Round it here so that nothing is lost unseen.',

  'value.notWhole':
    '{field} takes whole numbers, and this cell has {value}. Round it here so that nothing is lost unseen.',
  'value.numberTooNearZero':
    '{field} takes 0 and numbers from {least} on, in either direction, and this one is nearer to 0. Write 0 if that is enough.',
  'value.digitsLost':
    '{field} would keep {value} as {kept}. Write {kept} if that is enough, so that nothing is lost unseen.',
  'value.notABoolean':
    '“{value}” does not say true or false for {field}. Write true or false, yes or no, 1 or 0, or はい or いいえ.',
  'value.tooManyBytes': '{field} takes at most {max} bytes in UTF-8, and this cell has {bytes}. Shorten it.',
  'value.notAList':
    '“{value}” is not a list that {field} takes. Write a JSON array such as ["a","b"], or one item a line.',
  'value.item': '{field}, item {item}',
  'value.notAnObject': '“{value}” is not an object that {field} takes. Write it as JSON, such as {example}.',
  'value.unknownPart': '{field} has no part {part}. Correct its name, or remove it; the parts are {parts}.',
  'value.partMissing': 'The part {part} of {field} is required. Add it to this cell.',
  'value.wrongType': '{field} takes {type}, and this cell has {value} for it. Correct it.',
  'value.type.text': 'a text in quotation marks',
  'value.type.number': 'a number',
  'value.type.boolean': 'true or false',
  'value.type.moment': 'a date and time in quotation marks',
  'value.type.list': 'a list in square brackets',
  'value.type.object': 'an object in braces',

  'value.notAWebAddress':
    '“{value}” is not a web address that {field} takes. Write it in full, such as https://example.com/.',
  'value.notAMailAddress':
    '“{value}” is not a mail address that {field} takes. Write it such as name@example.com.',
  'value.notAPhoneNumber':
    '“{value}” is not a phone number that {field} takes. Use digits and the characters + - ( ) only.',

  'value.notAnOption': '“{value}” is not an option of {field}. Write one of its options exactly.',
  'value.notAnOptionNear': '“{value}” is not an option of {field}. Did you mean “{nearest}”?',

  'value.notOneOrEmpty':
    '“{value}” does not say whether “{option}” is chosen. Write 1 to choose it, or leave the cell empty.',
  'value.requiredOption': '{field} is required. Write 1 in the column of at least one option.',
  'value.oneUser': '{field} takes one user. Leave one code in this cell.',

  'value.noAttachmentsFolder':
    '{field} takes attachments. Choose the folder they are in, then start a new import.',
  'value.attachmentNotFound':
    'The attachments folder has no file “{path}”. Check the name, or put the file there.',
  'value.attachmentOutside':
    '“{path}” does not stay inside the attachments folder. Write the path from that folder on, such as photos/1.jpg.',
  'value.attachmentNotAFile': '“{path}” in the attachments folder is not a file. Write the path of a file.',
  'value.attachmentUnreadable':
    'The file “{path}” in the attachments folder can’t be read. Check its permissions.',
  'value.attachmentTooLarge':
    'The file “{path}” in the attachments folder is larger than 1 GB. Leave it out, or divide it.',

  'value.notARecordNumber':
    '“{value}” is not a record number of this app. Write the number as the app shows it, such as 12.',

  'value.notADate': '“{value}” is not a date that {field} takes. Write it such as 2026-01-31.',
  'value.noSuchDay': 'The calendar has no day “{value}”. Correct the date for {field}.',
  'value.noSuchDayInMonth':
    'The calendar has no day “{value}”: {last} is the last day of that month. Correct the date for {field}.',
  'value.ambiguousDate':
    '“{value}” does not tell the year, the month and the day apart. Write the year first, in four digits, such as 2026-01-31.',
  'value.dateWithoutYear': '“{value}” has no year. Write the date for {field} in full, such as 2026-01-31.',
  'value.dateWithTime':
    '{field} takes a date alone, and “{value}” has a time, too. Write {date} if that is the day.',
  'value.maybeSerialDay':
    '“{value}” may be Excel’s number for {suggestion}. Write the date itself for {field}.',
  'value.otherWeekday':
    '“{value}” does not fit together: the weekday of {date} is {weekday}. Correct the date or the weekday.',
  'value.beforeEra': '“{value}” is not a day of {era}, which begins on {first}. Correct the year or the era.',
  'value.afterEra': '“{value}” is not a day of {era}, which ends on {last}. Correct the year or the era.',
  'value.lunarCalendar':
    '“{value}” is from the time before 1873, when Japan counted months otherwise. Write the date of today’s calendar, such as 1872-12-31.',
  'value.dateRange': '{field} takes dates from the year 1000 to 9999, and this cell has “{value}”.',
  'value.notATime': '“{value}” is not a time that {field} takes. Write it such as 09:30.',
  'value.maybeSerialTime':
    '“{value}” may be Excel’s number for {suggestion}. Write the time itself for {field}.',
  'value.noonOrMidnight':
    '“{value}” can be noon or midnight. Write {noon} or {midnight}, whichever is meant.',
  'value.notADateTime':
    '“{value}” is not a date and time that {field} takes. Write it such as 2026-01-31 09:30.',
  'value.momentRange': '{field} takes dates from the year 1753 to 9999, and this cell has “{value}”.',
  'value.finerThanMillisecond':
    '{field} keeps milliseconds, and “{value}” is finer. Write {suggestion} if that is enough, so that nothing is lost unseen.',
  'value.skippedTime':
    'The time “{value}” does not exist in {timeZone}: clocks are put forward there. Correct it, or add an offset such as +09:00.',
  'value.repeatedTime':
    'The time “{value}” occurs twice in {timeZone}: clocks are put back there. Add the offset {first} or {second}.',

  'columns.onlyAsKey':
    'The field {field} finds records, and can’t be written. Leave its column out, or choose it as the key of an update.',
  'columns.onlyWhenAdding':
    'The field {field} can be given to new records alone. Leave its column out of an update.',
  'columns.wholeTable': '{field} is a table. Choose one of its fields for the column.',
  'columns.notATable': '{field} is no table any more. Choose the columns again, then start a new import.',
  'columns.onlyRowIds':
    'A column has the row ids of the table {field}, and none has its fields. Add columns for its fields, or leave the ids out.',
  'columns.twoStarts': 'Two columns say where a record starts. Choose one of them.',
  'columns.constantAndColumn': '{field} has a column and a fixed value. Choose one of them.',
  'columns.constantUnique':
    '{field} allows no duplicates, so that one fixed value can’t go to all rows. Choose a column for it.',
  'columns.constantInTable': '{field} is in a table and can’t have a fixed value. Choose a column for it.',
  'columns.emptyConstant': '{field} is required. Give it a fixed value that is not empty, or a column.',
  'columns.noKey': 'An update needs a field that finds the records. Choose the key.',
  'columns.notAKey':
    'Records can’t be found by the field {field}. Choose the record number, or a text or number field without duplicates.',
  'columns.notAKeyHere': 'Records can’t be found by the field {field} here. Choose {keys} as the key.',
  'columns.keyWithoutColumn': 'No column holds the key {field}. Choose its column, or another key.',
  'columns.onlyTheKey': 'Besides the key, no column goes to a field. Choose a field for at least one column.',

  'key.blank': 'The key {field} is empty, so that its record can’t be found. Fill in this cell.',
  'key.controlCharacter':
    'Records can’t be found by a key with a tab or another control character. Remove it from this cell and from the key {field} of the record.',
  'key.repeated': 'The key “{value}” is in line {line}, too. Keep one of these rows.',
  'value.repeated':
    '{field} allows no duplicates, and “{value}” is in line {line} already. Change one of them.',

  'record.notStarted':
    'No record has started yet: the column that starts records is empty here and above. Write * where the record starts.',
  'record.differs':
    'Line {line} has another value for {field}, and both lines are one record. Write the same value, or leave this cell empty.',
  'record.tooManyRows':
    'This record has more than {max} rows. Check that the column that starts records is filled in.',
  'table.badRowId':
    '“{value}” is not the id of a row of {field}. Write the id as it was exported, or leave the cell empty for a new row.',
  'table.repeatedRowId': 'The row id {value} of {field} is in line {line}, too. Leave it in one row only.',
  'table.unknownRowId':
    'The record has no row {value} in {field} any more. Leave the row id empty to add the row, or remove the row.',
  'table.wouldLose':
    'Rows of {field} would be replaced, and their values of {names} lost, because the file has no column for them. Add a column {field} with the row ids, or columns for these fields.',
} as const satisfies MessageTable;
