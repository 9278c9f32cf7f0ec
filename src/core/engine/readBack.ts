import type { RecentRecord } from '../endpoints/endpoint';
import type { LayoutField, RecordLayout } from '../mapping/layout';
import type { ImportRecord, RecordValue } from '../mapping/record';
import { meaningOf } from '../mapping/sameValue';

/** How a field is compared: by meaning, with blanks around it left out too, or not at all. */
type Form = 'meaning' | 'trimmed' | 'none';

/** What records of ours look like when they are read back, learned from a request that was confirmed. */
export interface Calibration {
  /** Aligned with the layout. */
  readonly forms: readonly Form[];
  /** Codes of who has made them; null when each record names its own. */
  readonly creators: ReadonlySet<string> | null;
}

/** What became of a request that was all or nothing. */
export type RequestFate =
  /** One record for each of the request's, in order. */
  | { readonly kind: 'committed'; readonly found: readonly RecentRecord[] }
  | { readonly kind: 'notCommitted' }
  /** Ids of the records that each may have become. */
  | { readonly kind: 'unknown'; readonly candidates: readonly (readonly string[])[] };

export interface ConfirmedRecord {
  readonly sent: ImportRecord;
  readonly live: RecentRecord;
}

/** So many records are named where no content tells which of them a row may have become. */
const MAX_VAGUE_CANDIDATES = 5;

/** Compares records as they were sent with what became of them; null when there are none. */
export function calibrate(
  { fields }: RecordLayout,
  confirmed: readonly ConfirmedRecord[],
): Calibration | null {
  if (confirmed.length === 0) return null;
  const forms = fields.map((one, index): Form => {
    const pairs = confirmed.flatMap(({ sent, live }) => {
      const value = sent.values[index];
      return value === undefined ? [] : [[value, live.values[index]] as const];
    });
    const same = (form: Form) =>
      pairs.every(([value, live]) => textOf(one, value, form) === textOf(one, live, form));
    return same('meaning') ? 'meaning' : same('trimmed') ? 'trimmed' : 'none';
  });
  // Where the file says who has made a record, it says nothing about whether we did.
  const named = fields.some(({ field }) => field.kind === 'user');
  return { forms, creators: named ? null : new Set(confirmed.map(({ live }) => live.creator)) };
}

/**
 * What became of the records of a lost request, judged by the `recent` ones that nobody has accounted for, in the order
 * of their ids. Without a calibration only their number and an equal run decide.
 */
export function judgeRequest(
  layout: RecordLayout,
  records: readonly ImportRecord[],
  recent: readonly RecentRecord[],
  calibration: Calibration | null,
): RequestFate {
  const own = recent.filter(({ creator }) => calibration?.creators?.has(creator) !== false);
  if (own.length < records.length) return { kind: 'notCommitted' };
  const compare = comparison(layout, records, calibration);
  const sent = records.map(({ values }) => compare.textOf(values));
  const live = own.map(({ values }) => compare.textOf(values));
  const unknown = (): RequestFate => ({ kind: 'unknown', candidates: candidatesOf(sent, live, own) });
  if (records.length === 1) return unknown();
  const run = equalRun(sent, live);
  if (run !== null) return { kind: 'committed', found: own.slice(run, run + records.length) };
  if (calibration === null) return unknown();
  const distinctive = sent.filter((text, at) => isDistinctive(text, at, sent, compare.nothing));
  const found = distinctive.filter((text) => live.includes(text));
  if (distinctive.length > 0 && found.length === 0) return { kind: 'notCommitted' };
  const all = found.length >= 2 ? asMultiset(sent, live, own) : null;
  return all === null ? unknown() : { kind: 'committed', found: all };
}

/** The first run of recent records that equals the request, in order; null when there is none. */
export function findRun(
  layout: RecordLayout,
  records: readonly ImportRecord[],
  recent: readonly RecentRecord[],
  calibration: Calibration | null,
): readonly RecentRecord[] | null {
  const own = recent.filter(({ creator }) => calibration?.creators?.has(creator) !== false);
  const { textOf: text } = comparison(layout, records, calibration);
  const run = equalRun(
    records.map(({ values }) => text(values)),
    own.map(({ values }) => text(values)),
  );
  return run === null ? null : own.slice(run, run + records.length);
}

interface Comparison {
  /** Equal for values that are equal in all fields that are compared. */
  readonly textOf: (values: readonly RecordValue[]) => string;
  /** The text of a record that holds nothing in them. */
  readonly nothing: string;
}

function comparison(
  { fields }: RecordLayout,
  records: readonly ImportRecord[],
  calibration: Calibration | null,
): Comparison {
  const compared = fields.flatMap((one, index) => {
    const form = calibration?.forms[index] ?? 'meaning';
    // What is not sent is filled in by the server.
    const sent = records.every(({ values }) => values[index] !== undefined);
    return sent && form !== 'none' ? [{ one, index, form }] : [];
  });
  const textOfAll = (values: readonly RecordValue[]) =>
    JSON.stringify(compared.map(({ one, index, form }) => textOf(one, values[index], form)));
  return { textOf: textOfAll, nothing: textOfAll([]) };
}

function textOf(one: LayoutField, value: RecordValue, form: Form): string {
  if (typeof value === 'object' && 'rows' in value) {
    const { inner = [] } = one;
    const rows = value.rows.map(({ values }) => inner.map((each, i) => textOf(each, values[i], form)));
    return rows.length === 0 ? '' : JSON.stringify(rows);
  }
  const text = meaningOf(one.field, value);
  return form === 'trimmed' ? text.trim() : text;
}

/** Where the texts stand among the live ones, one behind the other; the first such place. */
function equalRun(sent: readonly string[], live: readonly string[]): number | null {
  for (let from = 0; from + sent.length <= live.length; from++) {
    if (sent.every((text, at) => live[from + at] === text)) return from;
  }
  return null;
}

/** Whether a row can be told from the others of its request by what it holds. */
function isDistinctive(text: string, at: number, sent: readonly string[], nothing: string): boolean {
  return text !== nothing && sent.indexOf(text) === at && sent.lastIndexOf(text) === at;
}

/** A live record for each text, each given once; null when one is lacking. */
function asMultiset(
  sent: readonly string[],
  live: readonly string[],
  own: readonly RecentRecord[],
): RecentRecord[] | null {
  const left = new Map<string, RecentRecord[]>();
  live.forEach((text, at) => {
    const record = own[at];
    if (record !== undefined) left.set(text, [...(left.get(text) ?? []), record]);
  });
  const found: RecentRecord[] = [];
  for (const text of sent) {
    const record = left.get(text)?.shift();
    if (record === undefined) return null;
    found.push(record);
  }
  return found;
}

function candidatesOf(
  sent: readonly string[],
  live: readonly string[],
  own: readonly RecentRecord[],
): string[][] {
  const all = own.map(({ id }) => id);
  return sent.map((text) => {
    const equal = all.filter((_, at) => live[at] === text);
    return equal.length > 0 || all.length > MAX_VAGUE_CANDIDATES ? equal : all;
  });
}
