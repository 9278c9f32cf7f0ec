import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { CellValue, Worksheet } from 'exceljs';
import { fileError } from './fileError';
import { escapeXstring } from './xlsx/escapes';
import { LIMITS } from './xlsx/limits';
import { workbookError } from './xlsx/messages';

const MAX_SHEET_NAME = 31;
const ROWS_PER_TURN = 200;
/** Column widths, in characters of the default font. */
const MIN_WIDTH = 12;
const MAX_WIDTH = 40;

/**
 * Writes an Excel workbook of one sheet whose cells are all text, so that Excel changes nothing (leading zeros,
 * dates, `=1+1`): bold frozen header, then the rows as they come. The file appears under its name only when it
 * is complete. The sheet gets the nearest name that Excel allows.
 *
 * Throws `ExpectedError` when the file can't be written or the rows don't fit into a worksheet.
 */
export async function writeTextWorkbook(
  path: string,
  sheetName: string,
  header: readonly string[],
  rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<void> {
  const unfinished = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(unfinished, safeSheetName(sheetName), header, rows);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw fileError(error);
  }
}

/** Excel's rules: 1 to 31 characters, none of `\ / ? * [ ] :`, no apostrophe at an end, not "History". */
export function safeSheetName(name: string): string {
  // eslint-disable-next-line no-control-regex
  const allowed = name.replace(/[\\/?*[\]:\u0000-\u001F]/g, ' ').slice(0, MAX_SHEET_NAME);
  const trimmed = allowed.replace(/[\uD800-\uDBFF]$/, '').replace(/^[\s']+|[\s']+$/g, '');
  return trimmed === '' || trimmed.toLowerCase() === 'history' ? 'Sheet1' : trimmed;
}

async function writeFile(
  path: string,
  sheetName: string,
  header: readonly string[],
  rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<void> {
  const output = createWriteStream(path);
  await once(output, 'open');
  // exceljs does not listen while rows are written: a full disk would leave it waiting for ever.
  const failure = once(output, 'error').then(([error]: unknown[]) => {
    throw error;
  });
  failure.catch(() => undefined);
  try {
    // A heavy package that only this needs.
    const loaded = await import('exceljs');
    // Bundled it comes as it is, from node_modules under `default`.
    const { stream } = 'default' in loaded ? loaded.default : loaded;
    const workbook = new stream.xlsx.WorkbookWriter({ stream: output, useStyles: true });
    workbook.creator = 'Imported Files';
    const sheet = workbook.addWorksheet(sheetName, { views: [{ state: 'frozen', ySplit: 1 }] });
    await Promise.race([writeRows(sheet, header, rows), failure]);
    await Promise.race([workbook.commit(), failure]);
  } finally {
    output.destroy();
  }
}

async function writeRows(
  sheet: Worksheet,
  header: readonly string[],
  rows: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<void> {
  sheet.columns = header.map((name) => ({ width: widthOf(name), style: { numFmt: '@' } }));
  addRow(sheet, 1, header, true);
  let line = 1;
  for await (const cells of rows) {
    addRow(sheet, ++line, cells, false);
    // Rows are compressed in other threads; give them a turn to hand over what they have.
    if (line % ROWS_PER_TURN === 0) await turn();
  }
}

function addRow(sheet: Worksheet, line: number, cells: readonly string[], bold: boolean): void {
  if (line > LIMITS.rows) throw workbookError('workbook.tooManyRowsToWrite', { limit: LIMITS.rows });
  if (cells.length > LIMITS.columns) {
    throw workbookError('workbook.tooManyColumnsToWrite', { limit: LIMITS.columns });
  }
  const row = sheet.addRow(cells.map((text) => cellValue(text, line)));
  row.eachCell((cell) => {
    cell.numFmt = '@';
    if (bold) cell.font = { bold: true };
  });
  row.commit();
}

/** A string is written as text whatever it looks like; exceljs makes formulas of objects only. */
function cellValue(text: string, line: number): CellValue {
  if (text === '') return null;
  if (text.length > LIMITS.excelCellUnits) {
    throw workbookError('workbook.cellTooLongToWrite', { row: line, limit: LIMITS.excelCellUnits });
  }
  const escaped = escapeXstring(text);
  // Excel trims a plain value; the text of a run is marked as one whose spaces count.
  return /^\s|\n|\s$/.test(escaped) ? { richText: [{ text: escaped }] } : escaped;
}

/** Japanese characters are twice as wide. */
function widthOf(name: string): number {
  let width = 4;
  for (const character of name) width += character > '\u2E7F' ? 2 : 1;
  return Math.min(Math.max(width, MIN_WIDTH), MAX_WIDTH);
}
