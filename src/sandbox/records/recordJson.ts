import type { FieldDefinition } from '../apps/definition';
import type { Json } from '../apps/properties';
import { DIRECTORY, userEntry } from '../directory';
import type { App } from './app';
import type { StoredValue } from './compiledField';
import { minuteText } from './dates';
import type { RecordView } from './recordStore';

/** A record as the API replies it; `codes` restricts it to these fields. */
export function recordJson(app: App, record: RecordView, codes?: ReadonlySet<string>): Record<string, Json> {
  const cells: [string, Json][] = [];
  for (const field of app.definition.fields) {
    const cell = codes === undefined || codes.has(field.code) ? cellJson(app, record, field) : undefined;
    if (cell !== undefined) {
      cells.push([field.code, { type: field.type, value: cell }]);
    }
  }
  if (codes === undefined || codes.has('$revision')) {
    cells.push(['$revision', { type: '__REVISION__', value: String(record.revision) }]);
  }
  if (codes === undefined || codes.has('$id')) {
    cells.push(['$id', { type: '__ID__', value: String(record.id) }]);
  }
  return Object.fromEntries(cells);
}

/** A record as plain values by field code, users and the like as codes. For tests and tools, not part of the API. */
export function plainRecord(app: App, record: RecordView): Record<string, Json> {
  const values = app.stored.map(({ code }, index) => [code, record.values[index] ?? null] as const);
  return { $id: String(record.id), $revision: String(record.revision), ...Object.fromEntries(values) };
}

/** Value of any field of a record: what is stored, what is calculated, or what the service fills itself. */
export function fieldValue(app: App, record: RecordView, code: string): StoredValue {
  const index = app.indexOf(code);
  if (index >= 0) {
    return record.values[index] ?? null;
  }
  const field = app.field(code);
  switch (field?.type) {
    case 'CALC':
      return field.calculate((other) => {
        const value = fieldValue(app, record, other);
        return typeof value === 'string' ? value : '';
      });
    case 'RECORD_NUMBER':
      return String(record.id);
    case 'CREATOR':
      return record.creator;
    case 'MODIFIER':
      return record.modifier;
    case 'CREATED_TIME':
      return minuteText(record.createdAt);
    case 'UPDATED_TIME':
      return minuteText(record.updatedAt);
    default:
      return null;
  }
}

/** `undefined`: the field is not part of a record (process management and categories are off). */
function cellJson(app: App, record: RecordView, field: FieldDefinition): Json | undefined {
  const value = fieldValue(app, record, field.code);
  switch (field.type) {
    case 'STATUS':
    case 'STATUS_ASSIGNEE':
    case 'CATEGORY':
      return undefined;
    case 'CREATOR':
    case 'MODIFIER':
      return { ...userEntry(typeof value === 'string' ? value : '') };
    case 'USER_SELECT':
      return named(value, DIRECTORY.users);
    case 'ORGANIZATION_SELECT':
      return named(value, DIRECTORY.organizations);
    case 'GROUP_SELECT':
      return named(value, DIRECTORY.groups);
    default:
      return value;
  }
}

function named(value: StoredValue, entries: ReadonlyMap<string, { code: string; name: string }>): Json {
  const codes = typeof value === 'object' && value !== null ? value : [];
  return codes.map((code) => ({ code, name: entries.get(code)?.name ?? code }));
}
