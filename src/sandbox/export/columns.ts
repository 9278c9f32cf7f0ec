import type { Json } from '../apps/properties';

type JsonObject = Readonly<Record<string, Json>>;

/** One column of the file Kintone's own screen exports. */
export interface ExportColumn {
  readonly name: string;
  readonly code: string;
  /** Code of the table the field is in. */
  readonly table: string | undefined;
  /** The cell of a value in the form replies have it. */
  readonly text: (value: Json) => string;
}

/** What the screen can't export, by its help: attachments, related records, and what has no value. */
const NOT_EXPORTED: ReadonlySet<string> = new Set([
  'FILE',
  'REFERENCE_TABLE',
  'GROUP',
  'LABEL',
  'SPACER',
  'HR',
  'STATUS',
  'STATUS_ASSIGNEE',
  'CATEGORY',
]);

/** Columns of the fields in `properties` of form/fields, in their order. */
export function columnsOf(
  properties: JsonObject,
  timeZone: string | undefined,
  table?: string,
): ExportColumn[] {
  return Object.values(properties).flatMap((property) => {
    if (!isObject(property)) {
      return [];
    }
    const { type, code, label, fields, options } = property;
    const column = { name: textOf(label), code: textOf(code), table };
    switch (type) {
      case 'SUBTABLE':
        return isObject(fields) ? columnsOf(fields, timeZone, column.code) : [];
      case 'CHECK_BOX':
      case 'MULTI_SELECT':
        return optionLabels(options).map((option) => ({
          ...column,
          name: `${column.name}[${option}]`,
          text: (value: Json) => (Array.isArray(value) && value.includes(option) ? '1' : ''),
        }));
      case 'DATETIME':
      case 'CREATED_TIME':
      case 'UPDATED_TIME':
        return [{ ...column, text: minutesIn(timeZone) }];
      default:
        return NOT_EXPORTED.has(textOf(type)) ? [] : [{ ...column, text: plainText }];
    }
  });
}

/** Labels in the order of the form. */
function optionLabels(options: Json | undefined): string[] {
  const entries = isObject(options) ? Object.values(options).filter(isObject) : [];
  return entries.sort((a, b) => Number(a.index) - Number(b.index)).map(({ label }) => textOf(label));
}

/** Text as it is; users and the like by their codes, one in a line. */
function plainText(value: Json): string {
  if (Array.isArray(value)) {
    return value.map(plainText).join('\n');
  }
  if (isObject(value)) {
    return textOf(value.code);
  }
  return textOf(value);
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Writes moments as `2026-01-02 03:04` in that zone. */
function minutesIn(timeZone: string | undefined): (value: Json) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  return (value) => {
    if (typeof value !== 'string' || value === '') {
      return '';
    }
    const parts = format.formatToParts(new Date(value));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
  };
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
