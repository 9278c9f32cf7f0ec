import { TEXTS } from '../texts';
import type { App } from './app';
import { uniqueKey } from './compiledField';
import type { Reading, StoredValue } from './field';
import { isEmpty, plainOf, rowsOf, sentCell } from './field';
import type { StoredRecord } from './packedRecords';
import type { Report } from './report';
import { checkKeptRows, checkRequired, Filled } from './tableField';
import type { CompiledField } from './field';
import { invalidJson } from '../apiError';

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

/** What checking the records of one request shares. */
export interface Checking {
  readonly report: Report;
  readonly keys: PendingKeys;
  /** Its `before` goes from field to field. */
  readonly reading: Reading;
}

type Cells = Readonly<Record<string, unknown>>;

/** Values of a record that is added: defaults where a key is absent, every complaint into the report. */
export function newRecord(app: App, cells: Cells, checking: Checking): StoredRecord {
  const { report, keys, reading } = checking;
  reading.before = undefined;
  return app.stored.map((field, index) => {
    const cell = sentCell(cells, field.code);
    const value = cell === undefined ? field.initial() : readCell(field, cell, report, reading);
    if (field.required) {
      checkRequired(field, plainOf(value), report);
    }
    if (field.unique && !isEmpty(value) && !keys.claim(index, uniqueKey(field.field, value), undefined)) {
      report.add(field.code, '.value', TEXTS.duplicate);
    }
    return value;
  });
}

/** Values of a record that is updated. The whole record is checked, also what the request doesn't touch. */
export function changedRecord(
  app: App,
  cells: Cells,
  old: { readonly id: number; readonly values: StoredRecord },
  checking: Checking,
): StoredRecord {
  const { report, keys, reading } = checking;
  return app.stored.map((field, index) => {
    const cell = sentCell(cells, field.code);
    const before = old.values[index] ?? null;
    reading.before = before;
    const value = cell === undefined ? before : readCell(field, cell, report, reading);
    if (field.inner !== undefined) {
      if (cell === undefined) {
        checkKeptRows(field, rowsOf(before), report);
      }
      return value;
    }
    if (field.required) {
      checkRequired(field, plainOf(value), report);
    }
    if (field.unique) {
      claimChanged(app, index, before, value, { report, keys, id: old.id });
    }
    return value;
  });
}

function readCell(field: CompiledField, cell: unknown, report: Report, reading: Reading): StoredValue {
  if (field.copied && cell instanceof Filled) {
    return cell.value;
  }
  if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) {
    throw invalidJson();
  }
  return field.read('value' in cell ? cell.value : null, report, reading);
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
