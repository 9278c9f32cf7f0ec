import type { Message } from '../../message';
import { unescapeXstring } from './escapes';
import { quoted, type XlsxCode } from './messages';
import type { NumberFormat } from './numberFormat';
import { numberText } from './numberText';
import { clockText, serialText, type NumberKind } from './serialDate';

/** A `c` element as it stands in the sheet. */
export interface RawCell {
  /** Its `t` attribute; a number when absent. */
  readonly type: string | undefined;
  /** Its `s` attribute: index of the cell format. */
  readonly style: string | undefined;
  /** Text of its `v`, or the joined texts of its `is`. */
  readonly value: string;
  readonly hasValue: boolean;
  readonly hasFormula: boolean;
}

/** What the values of a workbook's cells refer to. */
export interface CellContext {
  readonly strings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly date1904: boolean;
}

/** Text that could not be taken as what it should be, and why. */
export interface CellTrouble {
  readonly text: string;
  readonly message: Message;
}

/**
 * A cell's value as text: strings as they are, numbers in plain notation (percentages and currencies, too),
 * `TRUE` and `FALSE`, dates and times by the cell's number format (`2023-03-15`, `2023-03-15 12:00`, `12:00:30`,
 * elapsed `36:00:00`). Empty text for an empty cell. Formulas count by the value Excel stored with them.
 */
export function cellText(cell: RawCell, context: CellContext): string | CellTrouble {
  const { type, value } = cell;
  if (cell.hasFormula && isNotCalculated(cell)) return trouble('', 'workbook.notCalculated');
  switch (type) {
    case 's': {
      if (value === '') return '';
      const text = context.strings[Number(value)];
      return text === undefined ? trouble('', 'workbook.missingText') : checkedText(text);
    }
    case 'inlineStr':
    case 'str':
      return checkedText(unescapeXstring(value));
    case 'b':
      if (value === '') return '';
      return value === '1' || value === 'true' ? 'TRUE' : 'FALSE';
    case 'e':
      return trouble(value, 'workbook.errorValue', { error: quoted(value) });
    case 'd':
      return isoText(value, kindOf(cell, context, 0));
    default:
      return value === '' ? '' : numericText(cell, context);
  }
}

/** openpyxl and others write formulas with an empty value; for text an empty value is a result. */
function isNotCalculated({ type, value, hasValue }: RawCell): boolean {
  return type === 'str' || type === 'inlineStr' ? !hasValue : value === '';
}

function numericText(cell: RawCell, context: CellContext): string | CellTrouble {
  const text = numberText(cell.value);
  if (text === null) {
    return trouble(cell.value, 'workbook.unreadableValue', { value: quoted(cell.value) });
  }
  if (cell.style === undefined) return text;
  const serial = Number(cell.value);
  const kind = kindOf(cell, context, serial);
  if (kind === 'number') return text;
  const date = serialText(serial, kind, context.date1904);
  if (typeof date === 'object') return date.text;
  return date === 'noSuchDay'
    ? trouble('1900-02-29', 'workbook.noSuchDay')
    : trouble(text, 'workbook.notADate', { number: text });
}

function kindOf({ style }: RawCell, { formats }: CellContext, value: number): NumberKind {
  return formats[Number(style ?? 0)]?.kindOf(value) ?? 'number';
}

const ISO =
  /^(?:(\d{4}-\d{2}-\d{2}))?(?:(?:^|T)(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/** ISO 8601 dates of `t="d"`; a zone has no meaning in a worksheet and is dropped, as Excel does. */
function isoText(value: string, kind: NumberKind): string | CellTrouble {
  const parsed = ISO.exec(value.trim());
  if (value === '') return '';
  if (!parsed || (parsed[1] === undefined && parsed[2] === undefined)) {
    return trouble(value, 'workbook.unreadableValue', { value: quoted(value) });
  }
  const [, date, hour, minute, second] = parsed;
  if (date !== undefined && (hour === undefined || kind === 'date')) return date;
  const clock = clockText(Number(hour) * 3600 + Number(minute) * 60 + Number(second ?? 0));
  return date === undefined || kind === 'time' ? clock : `${date} ${clock}`;
}

/** Escapes of a workbook can write one, while UTF-8 can't: on its way it would become another character. */
const HALF_CHARACTER = /\p{Cs}/u;

/** Text that was damaged before it came into the workbook, or that no record can hold. */
function checkedText(text: string): string | CellTrouble {
  if (text.includes('\uFFFD')) return trouble(text, 'file.replacementCharacter');
  if (text.includes('\u0000')) return trouble(text, 'file.nul');
  if (HALF_CHARACTER.test(text)) return trouble(text, 'workbook.halfCharacter');
  return text;
}

/** Two sentences are those about text files: they say the same. */
type CellCode = XlsxCode | 'file.replacementCharacter' | 'file.nul';

function trouble(text: string, code: CellCode, args?: Readonly<Record<string, string>>): CellTrouble {
  return { text, message: { code, ...(args && { args }) } };
}
