import type { LayoutField, RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue, TableValue } from '../../mapping/record';
import type { FieldKind, TargetSchema } from '../../mapping/schema';
import type { BatchPart } from './batchParts';

/** Writes batches of records as the bodies Kintone takes: built as text, because that is twice as fast. */
export interface BodyWriter {
  /** Body of `records.json` for one part of a batch: its POST for new records, its PUT for changes. */
  records(batch: readonly ImportRecord[], part: BatchPart): Uint8Array<ArrayBuffer>;
  /** Body of `bulkRequest.json` with all parts of a batch; all of them are kept or none. `first` goes before them. */
  bulk(batch: readonly ImportRecord[], parts: readonly BatchPart[], first?: string): Uint8Array<ArrayBuffer>;
}

/**
 * `recordsPath` is the whole path of `records.json`, as a bulk request names it. A change says which revision it was
 * made from, and leaves out what can be given to new records alone, and the key, by which the record was found.
 */
export function createBodyWriter(
  schema: TargetSchema,
  layout: RecordLayout,
  recordsPath: string,
): BodyWriter {
  const added = writersOf(layout.fields);
  const changed = added.filter(
    ({ index }) => index !== layout.key?.index && layout.fields[index]?.field.onlyWhenAdding !== true,
  );
  const encoder = new TextEncoder();
  const app = JSON.stringify(schema.id);

  const payload = (batch: readonly ImportRecord[], { changes, indexes }: BatchPart): string => {
    let text = `{"app":${app},"records":[`;
    let separator = '';
    for (const index of indexes) {
      const record = batch[index];
      if (record !== undefined) {
        text += separator + (changes ? changeOf(record, changed) : `{${fieldsOf(record.values, added)}}`);
        separator = ',';
      }
    }
    return `${text}]}`;
  };
  return {
    records: (batch, part) => encoder.encode(payload(batch, part)),
    bulk: (batch, parts, first) => {
      const api = JSON.stringify(recordsPath);
      const requests = parts.map(
        (part) =>
          `{"method":"${part.changes ? 'PUT' : 'POST'}","api":${api},"payload":${payload(batch, part)}}`,
      );
      const all = first === undefined ? requests : [first, ...requests];
      return encoder.encode(`{"requests":[${all.join(',')}]}`);
    },
  };
}

function changeOf({ update, values }: ImportRecord, writers: readonly FieldWriter[]): string {
  const { id, revision } = update ?? { id: '', revision: '' };
  return `{"id":${JSON.stringify(id)},"revision":${JSON.stringify(revision)},"record":{${fieldsOf(values, writers)}}}`;
}

interface FieldWriter {
  readonly index: number;
  /** `"code":{"value":` once for all rows. */
  readonly start: string;
  /** The value as JSON; null when nothing is sent. */
  readonly write: (value: RecordValue) => string | null;
}

function writersOf(fields: readonly LayoutField[]): FieldWriter[] {
  return fields.flatMap(({ field, inner }, index) =>
    field.kind === 'recordNumber' || field.kind === 'readOnly'
      ? []
      : [
          {
            index,
            start: `${JSON.stringify(field.code)}:{"value":`,
            write: valueWriter(field.kind, field.onlyWhenAdding === true, inner ?? []),
          },
        ],
  );
}

function fieldsOf(values: readonly RecordValue[], writers: readonly FieldWriter[]): string {
  let text = '';
  for (const { index, start, write } of writers) {
    const value = values[index];
    const json = value === undefined ? null : write(value);
    if (json !== null) {
      text += `${text === '' ? '' : ','}${start}${json}}`;
    }
  }
  return text;
}

function valueWriter(
  kind: FieldKind,
  onlyWhenAdding: boolean,
  inner: readonly LayoutField[],
): FieldWriter['write'] {
  switch (kind) {
    case 'users':
    case 'organizations':
    case 'groups':
      return (value) => (isList(value) ? JSON.stringify(value.map((code) => ({ code }))) : plain(value));
    case 'user':
      // A blank one is left to Kintone, which then takes whoever signed in.
      return (value) => (typeof value === 'string' && value !== '' ? `{"code":${quote(value)}}` : null);
    case 'files':
      return filesOf;
    case 'table': {
      const writers = writersOf(inner);
      return (value) => (isTable(value) ? tableOf(value, writers) : null);
    }
    default:
      return onlyWhenAdding ? (value) => (value === '' ? null : plain(value)) : plain;
  }
}

function plain(value: RecordValue): string | null {
  return typeof value === 'string' ? quote(value) : isList(value) ? JSON.stringify(value) : null;
}

/** Throws for a file that was not handed over before: a bug of ours. */
function filesOf(value: RecordValue): string | null {
  if (value === undefined || typeof value === 'string' || !('files' in value)) {
    return null;
  }
  const keys = value.files.map(({ fileKey }) => {
    if (fileKey === undefined) {
      throw new Error('A record names a file that was not uploaded');
    }
    return { fileKey };
  });
  return JSON.stringify(keys);
}

function tableOf({ rows }: TableValue, writers: readonly FieldWriter[]): string {
  const texts = rows.map(({ id, values }) => {
    const start = id === undefined || id === '' ? '{' : `{"id":${JSON.stringify(id)},`;
    return `${start}"value":{${fieldsOf(values, writers)}}}`;
  });
  return `[${texts.join(',')}]`;
}

function isList(value: RecordValue): value is readonly string[] {
  return Array.isArray(value);
}

function isTable(value: RecordValue): value is TableValue {
  return value !== undefined && typeof value !== 'string' && 'rows' in value;
}

/** What JSON must escape, and halves of surrogate pairs, which UTF-8 can't hold. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Plain text, which is most, takes two thirds of the time when it is only put between quotes. */
function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
