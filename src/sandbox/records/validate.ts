import { ApiError, invalidJson } from '../apiError';
import { TEXTS } from '../texts';
import type { App } from './app';
import type { CompiledField, StoredValue } from './compiledField';
import { isEmpty, uniqueKey } from './compiledField';
import type { StoredRecord } from './packedRecords';
import type { Report } from './report';

/** What the records of one request will hold of the fields without duplicates, once it is carried out. */
export class PendingKeys {
  readonly #claimed = new Map<string, true>();
  readonly #released = new Map<string, true>();

  constructor(private readonly app: App) {}

  /** Whether another record holds the value, in the app or earlier in this request; if not it is taken for this one. */
  claim(fieldIndex: number, key: string, ownId: number | undefined): boolean {
    const slot = `${fieldIndex}:${key}`;
    const owner = this.app.records.ownerOf(fieldIndex, key);
    const free = owner === undefined || owner === ownId || this.#released.has(slot);
    if (!free || this.#claimed.has(slot)) {
      return false;
    }
    this.#claimed.set(slot, true);
    return true;
  }

  /** A record of this request gives the value up. */
  release(fieldIndex: number, key: string): void {
    this.#released.set(`${fieldIndex}:${key}`, true);
  }
}

/** Values of a record that is added: defaults where a key is absent, every complaint into the report. */
export function newRecord(app: App, sent: unknown, report: Report, keys: PendingKeys): StoredRecord {
  const record = asRecord(app, sent);
  return app.stored.map((field, index) => {
    const cell = record[field.code];
    const value = cell === undefined ? field.initial() : readCell(field, cell, report);
    checkRequired(field, value, report);
    if (field.unique && !isEmpty(value) && !keys.claim(index, uniqueKey(field.field, value), undefined)) {
      report.add(field.code, '.value', TEXTS.duplicate);
    }
    return value;
  });
}

/** Values of a record that is updated. The whole record is checked, also what the request doesn't touch. */
export function changedRecord(
  app: App,
  sent: unknown,
  report: Report,
  keys: PendingKeys,
  old: { readonly id: number; readonly values: StoredRecord },
): StoredRecord {
  const record = asRecord(app, sent);
  return app.stored.map((field, index) => {
    const cell = record[field.code];
    const before = old.values[index] ?? null;
    const value = cell === undefined ? before : readCell(field, cell, report);
    checkRequired(field, value, report);
    if (field.unique) {
      claimChanged(app, index, before, value, { report, keys, id: old.id });
    }
    return value;
  });
}

function claimChanged(
  app: App,
  index: number,
  before: StoredValue,
  value: StoredValue,
  { report, keys, id }: { report: Report; keys: PendingKeys; id: number },
): void {
  const field = app.stored[index];
  if (field === undefined) {
    return;
  }
  const oldKey = isEmpty(before) ? undefined : uniqueKey(field.field, before);
  const newKey = isEmpty(value) ? undefined : uniqueKey(field.field, value);
  if (newKey !== undefined && !keys.claim(index, newKey, id)) {
    report.add(field.code, '.value', TEXTS.duplicate);
  }
  if (oldKey !== undefined && oldKey !== newKey) {
    keys.release(index, oldKey);
  }
}

function checkRequired(field: CompiledField, value: StoredValue, report: Report): void {
  // The service does not hold radio buttons to it.
  if (field.required && isEmpty(value) && field.field.type !== 'RADIO_BUTTON') {
    report.add(field.code, field.requiredSuffix, TEXTS.fieldRequired);
  }
}

function readCell(field: CompiledField, cell: unknown, report: Report): StoredValue {
  if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) {
    throw invalidJson();
  }
  return field.read('value' in cell ? cell.value : null, report);
}

/** Unknown field codes are left alone: the service ignores them silently. */
function asRecord(app: App, sent: unknown): Record<string, unknown> {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw invalidJson();
  }
  const record = sent as Record<string, unknown>;
  for (const { code, calculated } of app.guarded) {
    if (record[code] !== undefined) {
      throw calculated ? invalidJson() : new ApiError(403, 'CB_NO02', TEXTS.noRight);
    }
  }
  return record;
}
