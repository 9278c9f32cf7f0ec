import type { LiveRecord } from '../endpoints/endpoint';
import type { RecordBefore } from '../jobs/records';
import { changesOf } from '../mapping/changes';
import type { LayoutField, RecordLayout } from '../mapping/layout';
import { replacesRecords } from '../mapping/plan';
import type { ImportRecord, RecordValue } from '../mapping/record';

/**
 * What a record holds where it is to be changed. `changes` has `undefined` where a value stays. Of attachments only their
 * names and sizes are told: they can't be attached again.
 */
export function beforeOf(
  record: ImportRecord,
  { id, revision, values }: LiveRecord,
  changes: readonly RecordValue[],
): RecordBefore {
  return {
    row: record.row,
    id,
    revision,
    values: changes.flatMap((change, index): RecordBefore['values'][number][] => {
      const value = withoutFileKeys(values[index]);
      return change === undefined || value === undefined ? [] : [[index, value]];
    }),
  };
}

/**
 * The change as it was sent to a record that was as `before` says: the same values, for the same revision, whatever the
 * record holds by now (`live`). Null when the file and the layout do not lead there any more.
 */
export function changeOnceMore(
  layout: RecordLayout,
  record: ImportRecord,
  before: RecordBefore,
  live: LiveRecord | undefined,
): ImportRecord | null {
  const update = { id: before.id, revision: before.revision };
  if (layout.mode !== undefined && replacesRecords(layout.mode)) return { ...record, update };
  const changed = new Set(before.values.map(([index]) => index));
  const values = layout.fields.map((_, index) => live?.values[index]);
  for (const [index, value] of before.values) {
    if (!holdsFiles(layout.fields[index])) values[index] = value;
  }
  const changes = changesOf(layout, record, { values });
  if (changes?.problems !== undefined) return null;
  return {
    ...record,
    update,
    values: (changes?.values ?? values.map(() => undefined)).map((value, index) =>
      changed.has(index) || holdsFiles(layout.fields[index]) ? value : undefined,
    ),
  };
}

function holdsFiles(one: LayoutField | undefined): boolean {
  return one !== undefined && (one.field.kind === 'files' || (one.inner ?? []).some(holdsFiles));
}

function withoutFileKeys(value: RecordValue): RecordValue {
  if (typeof value !== 'object') return value;
  if ('files' in value) return { files: value.files.map(({ name, size }) => ({ path: '', name, size })) };
  if (!('rows' in value)) return value;
  return { rows: value.rows.map((row) => ({ ...row, values: row.values.map(withoutFileKeys) })) };
}
