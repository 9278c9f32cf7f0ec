import type { CellProblem } from '../row';
import { cellText, type CellContext } from './cellValue';
import { LIMITS } from './limits';
import { workbookError } from './messages';
import { parsePart, type PartSource } from './parts';
import type { XmlAttributes, XmlHandler } from './xmlReader';

/** A row with something in it. */
export interface SheetRow {
  /** The sheet's own row number. */
  readonly line: number;
  /** Up to the last cell that is not empty; with holes when `sparse`. */
  readonly cells: string[];
  readonly sparse: boolean;
  readonly problems: CellProblem[];
}

/** Wider gaps between cells stay holes: a small file may hold many rows with one cell at the far right. */
const MAX_FILLED_GAP = 256;

/** The rows of a sheet that are not wholly empty, hidden ones too, in the order of the file. */
export async function* sheetRows(
  source: PartSource,
  part: string,
  context: CellContext,
  signal?: AbortSignal,
): AsyncGenerator<readonly SheetRow[]> {
  for await (const sheet of parsePart(source, part, new SheetHandler(context), undefined, signal)) {
    const rows = sheet.takeRows();
    if (rows.length > 0) yield rows;
  }
}

/** Of merged cells only the first has a value: that is how the file stores them. */
class SheetHandler implements XmlHandler {
  wantsText = false;
  done = false;
  readonly #context: CellContext;
  #rows: SheetRow[] = [];
  #inData = false;

  #line = 0;
  #hasLine = false;
  #cells: string[] = [];
  #problems: CellProblem[] = [];
  #sparse = false;

  #column = 0;
  #inCell = false;
  #phonetic = false;
  readonly #cell = {
    type: undefined as string | undefined,
    style: undefined as string | undefined,
    value: '',
    hasValue: false,
    hasFormula: false,
  };

  constructor(context: CellContext) {
    this.#context = context;
  }

  takeRows(): readonly SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: XmlAttributes): void {
    switch (name) {
      case 'c':
        if (this.#inData) this.#openCell(attributes);
        break;
      case 'v':
        if (this.#inCell) this.#cell.hasValue = this.wantsText = true;
        break;
      case 't':
        if (this.#inCell && !this.#phonetic) this.#cell.hasValue = this.wantsText = true;
        break;
      case 'rPh':
        this.#phonetic = true;
        break;
      case 'f':
        if (this.#inCell) this.#cell.hasFormula = true;
        break;
      case 'row':
        if (this.#inData) this.#openRow(attributes);
        break;
      case 'sheetData':
        this.#inData = true;
        break;
      default:
    }
  }

  text(text: string): void {
    this.#cell.value += text;
  }

  close(name: string): void {
    switch (name) {
      case 'v':
      case 't':
        this.wantsText = false;
        break;
      case 'c':
        if (this.#inCell) this.#closeCell();
        break;
      case 'rPh':
        this.#phonetic = false;
        break;
      case 'row':
        if (this.#inData) this.#closeRow();
        break;
      case 'sheetData':
        // Behind the cells come formats, filters and drawings.
        this.#inData = false;
        this.done = true;
        break;
      default:
    }
  }

  #openRow(attributes: XmlAttributes): void {
    const line = Number(attributes.r);
    this.#hasLine = Number.isInteger(line) && line > 0;
    this.#line = this.#hasLine ? line : this.#line + 1;
    if (this.#line > LIMITS.rows) throw workbookError('workbook.tooManyRows', { limit: LIMITS.rows });
    this.#cells = [];
    this.#problems = [];
    this.#sparse = false;
    this.#column = -1;
  }

  #closeRow(): void {
    if (this.#cells.length === 0 && this.#problems.length === 0) return;
    this.#rows.push({
      line: this.#line,
      cells: this.#cells,
      sparse: this.#sparse,
      problems: this.#problems,
    });
  }

  #openCell(attributes: XmlAttributes): void {
    const reference = attributes.r;
    const column = reference === undefined ? -1 : columnOf(reference);
    this.#column = column < 0 ? this.#column + 1 : column;
    if (this.#column >= LIMITS.columns) {
      throw workbookError('workbook.tooManyColumns', { row: this.#line, limit: LIMITS.columns });
    }
    const cell = this.#cell;
    cell.type = attributes.t;
    cell.style = attributes.s;
    cell.value = '';
    cell.hasValue = false;
    cell.hasFormula = false;
    this.#inCell = true;
  }

  #closeCell(): void {
    this.#inCell = false;
    if (this.#cell.value.length > LIMITS.cellUnits) {
      throw workbookError('workbook.cellTooLong', { row: this.#line, limit: LIMITS.cellUnits });
    }
    const value = cellText(this.#cell, this.#context);
    if (typeof value === 'string') {
      if (value !== '') this.#put(value);
      return;
    }
    if (value.text !== '') this.#put(value.text);
    this.#problems.push({ column: this.#column, message: value.message });
  }

  #put(text: string): void {
    const cells = this.#cells;
    // Empty cells are not in the file; the gap before this one is filled.
    if (this.#column - cells.length > MAX_FILLED_GAP) this.#sparse = true;
    else while (cells.length < this.#column) cells.push('');
    cells[this.#column] = text;
  }
}

/** All cells of a row, at least `columns`: empty text where the file has none. Used once, it fills the row's own array. */
export function filledCells({ cells, sparse }: SheetRow, columns: number): string[] {
  if (sparse) for (let at = 0; at < cells.length; at++) cells[at] ??= '';
  while (cells.length < columns) cells.push('');
  return cells;
}

/** 0-based column of a reference such as `AB12`; -1 when it has no letters. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length && at < 4; at++) {
    const letter = reference.charCodeAt(at) | 0x20;
    if (letter < 0x61 || letter > 0x7a) break;
    column = column * 26 + (letter - 0x60);
  }
  return column - 1;
}
