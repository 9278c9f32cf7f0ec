import type { CellProblem, ReadOptions, Row, RowPlace, Table, XlsxInfo } from '../row';
import { Archive, type FileIdentity } from './archive';
import type { CellContext } from './cellValue';
import { readSharedStrings } from './sharedStrings';
import { filledCells, sheetRows, type SheetRow } from './sheetRows';
import { readCellFormats } from './styles';
import { chooseSheet, readWorkbook, type Sheet } from './workbook';

/**
 * Opens a worksheet of an Excel workbook (.xlsx, .xlsm). The first row that is not empty is the header; empty
 * columns at its end are cut off. Rows stream from the archive with flat memory, but for the table of shared
 * strings; no file is written. Throws `ExpectedError` for everything that a file can have wrong.
 */
export async function openWorkbook(path: string, options: ReadOptions): Promise<Table> {
  const archive = await Archive.open(path);
  try {
    const workbook = await readWorkbook(archive);
    const sheet = chooseSheet(archive, workbook, options.sheet);
    const context: CellContext = {
      formats: await readCellFormats(archive, workbook.stylesPart),
      strings: await readSharedStrings(archive, workbook.sharedStringsPart),
      date1904: workbook.date1904,
    };
    const header = await readHeader(archive, sheet, context);
    const info: XlsxInfo = {
      format: 'xlsx',
      sheets: workbook.sheets.map(({ name, hidden }) => ({ name, hidden })),
      sheet: sheet.name,
      header: header ? filledCells(header, 0) : [],
      headerPlace: placeOf(header?.line ?? 1),
    };
    return new Worksheet(path, archive.identity, sheet, context, info);
  } finally {
    await archive.close();
  }
}

async function readHeader(
  archive: Archive,
  sheet: Sheet,
  context: CellContext,
): Promise<SheetRow | undefined> {
  for await (const rows of sheetRows(archive, sheet.part, context)) return rows[0];
  return undefined;
}

/** Batches come as chunks of the file are parsed; those of very wide rows are cut. */
const MAX_BATCH_CELLS = 200_000;

class Worksheet implements Table {
  constructor(
    private readonly path: string,
    private readonly identity: FileIdentity,
    private readonly sheet: Sheet,
    private readonly context: CellContext,
    readonly info: XlsxInfo,
  ) {}

  async *rows(signal?: AbortSignal): AsyncGenerator<readonly Row[]> {
    signal?.throwIfAborted();
    const archive = await Archive.open(this.path, this.identity);
    try {
      let ordinal = 0;
      let header = true;
      for await (const found of sheetRows(archive, this.sheet.part, this.context, signal)) {
        let rows: Row[] = [];
        let cells = 0;
        for (const one of found) {
          if (header) {
            header = false;
            continue;
          }
          const row = dataRow(one, ++ordinal, this.info.header.length);
          rows.push(row);
          cells += row.cells.length;
          if (cells < MAX_BATCH_CELLS) continue;
          yield rows;
          rows = [];
          cells = 0;
        }
        if (rows.length > 0) yield rows;
      }
    } finally {
      await archive.close();
    }
  }
}

/** Missing cells at the end are empty cells; values beyond the header are kept and told. */
function dataRow(row: SheetRow, ordinal: number, columns: number): Row {
  const cells = filledCells(row, columns);
  const beyond = cells.length > columns ? [beyondHeader(cells, columns)] : [];
  const problems = beyond.length > 0 ? [...row.problems, ...beyond] : row.problems;
  return { ordinal, ...placeOf(row.line), cells, ...(problems.length > 0 && { problems }) };
}

function beyondHeader(cells: readonly string[], columns: number): CellProblem {
  const column = cells.findIndex((cell, index) => index >= columns && cell !== '');
  return { column, message: { code: 'workbook.beyondHeader' } };
}

function placeOf(line: number): RowPlace {
  return { line, byteOffset: 0, byteLength: 0 };
}
