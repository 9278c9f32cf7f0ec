import { ExpectedError, type MessageTable } from '../../message';

/** Sentences about workbooks: the file as a whole first, then its cells. */
export const XLSX_MESSAGES = {
  'workbook.empty': 'The file is empty (0 bytes). Choose a file with a header row and data.',
  'workbook.encrypted':
    'The workbook is protected by a password. Open it in Excel, remove the password, save it, and import it again.',
  'workbook.oldFormat':
    'The file is a workbook of the old Excel format (.xls). Open it in Excel, save it as an Excel workbook (.xlsx), and import that.',
  'workbook.binaryFormat':
    'The file is a binary workbook (.xlsb). Open it in Excel, save it as an Excel workbook (.xlsx), and import that.',
  'workbook.openDocument':
    'The file is an OpenDocument spreadsheet (.ods). Save it as an Excel workbook (.xlsx) and import that.',
  'workbook.text':
    'The file is named as an Excel workbook, but its content is text. If it is CSV, change its name to end with .csv and import it again.',
  'workbook.unknown':
    'The file is named as an Excel workbook, but its content is something else. Open it in Excel, save it as an Excel workbook (.xlsx), and import that.',
  'workbook.otherArchive':
    'The file is an archive without an Excel workbook in it. Choose an Excel workbook (.xlsx).',
  'workbook.truncated':
    'The workbook is cut off: its end is missing. Copy or download it again and import it again.',
  'workbook.damaged':
    'The workbook is damaged: its part {part} cannot be read. Open it in Excel, let Excel repair and save it, and import it again.',
  'workbook.doctype':
    'The workbook holds declarations that workbooks do not have (in {part}) and was not read. Open it in Excel, save it, and import it again.',
  'workbook.changed': 'The file was changed while it was being read. Import it again.',
  'workbook.tooManyParts': 'The workbook has {count} parts; at most {limit} are read.',
  'workbook.tooLarge':
    'The workbook is too large when unpacked (more than {megabytes} MB in {part}). Split it into smaller workbooks.',
  'workbook.suspiciousCompression':
    'The workbook is compressed so strongly (in {part}) that it may be meant to do harm, and was not read. If you trust it, open it in Excel, save it, and import it again.',
  'workbook.tooMuchText':
    'The workbook holds more text than can be kept in memory. Split it into smaller workbooks.',
  'workbook.cellTooLong': 'A cell in row {row} is longer than {limit} characters and was not read.',
  'workbook.tooManyColumns': 'Row {row} has cells beyond column {limit}, the last one of a worksheet.',
  'workbook.tooManyRows': 'The rows go beyond row {limit}, the last one of a worksheet.',
  'workbook.noSheets': 'The workbook has no worksheet. Choose a workbook with a header row and data.',
  'workbook.sheetNotFound': 'The workbook has no worksheet named {sheet}. Choose another worksheet.',
  'workbook.errorValue': 'The cell holds the error {error}. Correct it in Excel, save, and import again.',
  'workbook.notCalculated':
    'The formula has no calculated value. Open the workbook in Excel, save it, and import it again.',
  'workbook.notADate':
    'The cell is formatted as a date or time, but its number {number} is none. Correct the value or its format.',
  'workbook.noSuchDay': 'February 29, 1900 does not exist, although Excel shows it. Correct the date.',
  'workbook.unreadableValue': 'The value {value} does not fit the type of the cell. Enter it again in Excel.',
  'workbook.halfCharacter':
    'The cell holds half of a character, which no record can hold. Enter the text again in Excel.',
  'workbook.missingText': 'The text of the cell is missing in the workbook. Enter it again in Excel.',
  'workbook.beyondHeader':
    'There is a value to the right of the last column of the header row. Give that column a header or clear the cell.',
  'workbook.tooManyRowsToWrite':
    'An Excel worksheet holds at most {limit} rows. Save the rows as CSV instead.',
  'workbook.tooManyColumnsToWrite':
    'An Excel worksheet holds at most {limit} columns. Save the rows as CSV instead.',
  'workbook.cellTooLongToWrite':
    'A cell in row {row} is longer than the {limit} characters an Excel cell holds. Save the rows as CSV instead.',
} as const satisfies MessageTable;

export type XlsxCode = keyof typeof XLSX_MESSAGES;

/** An expected failure with a sentence of this room. */
export function workbookError(
  code: XlsxCode,
  args?: Readonly<Record<string, string | number>>,
  options?: ErrorOptions,
): ExpectedError {
  return new ExpectedError({ code, ...(args && { args }) }, options);
}

/** Text of the file as an argument of a sentence: short, so that a hostile cell can't flood a list. */
export function quoted(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
