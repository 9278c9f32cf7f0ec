import type { RecordResult } from '../endpoints/endpoint';
import { JournalReader } from '../jobs/journal';
import { journalPath } from '../jobs/jobFolder';
import type { JournalRecord, RecordBefore } from '../jobs/records';
import { RowFates } from '../jobs/rowFates';
import { PENDING, UNKNOWN } from '../jobs/rowVerdicts';
import { fromIdRuns, ordinalsIn } from '../jobs/runs';
import type { IdRun, RowRange } from '../jobs/runs';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import { ClaimedIds } from './claimedIds';
import type { JobLog } from './jobLog';
import type { LookBack } from './lookBack';
import type { LostRecord, Standing } from './lostRecords';
import { decidedRows, markRows, rangesOf, sortRecords } from './perRecord';
import type { RowSpan } from './recordRows';
import type { Settler } from './settling';

/** Requests of a process that is gone: whether they were answered, nobody knows. */
export async function giveUpRequests(log: JobLog): Promise<void> {
  for (const { batch } of log.state.inFlight) {
    const outcome = { kind: 'ambiguous', message: { code: 'job.answerUnheard' } } as const;
    await log.append({ type: 'OUTCOME', batch, outcome });
  }
}

/** What the journal of a job says of each of its rows. Throws `JournalDamaged`. */
export async function readFates(folder: string): Promise<RowFates> {
  const fates = new RowFates();
  await new JournalReader(journalPath(folder)).read((record) => fates.take(record));
  return fates;
}

/** What only some jobs need of their journal. */
export interface JournalDetails {
  /** What the records held that rows of lost requests were to change, by ordinal of the first row. */
  readonly befores: ReadonlyMap<number, RecordBefore>;
  /** Ids of all records that requests of the job are known to have made. */
  readonly claimed: ClaimedIds;
}

/** Reads the journal once more, for `rows` of lost requests alone, so that memory stays flat. Throws `JournalDamaged`. */
export async function readDetails(folder: string, rows: ReadonlySet<number>): Promise<JournalDetails> {
  const befores = new Map<number, RecordBefore>();
  const claimed = new ClaimedIds();
  if (rows.size === 0) return { befores, claimed };
  await new JournalReader(journalPath(folder)).read((record) => {
    if (record.type === 'BEFORE') {
      for (const one of record.records) if (rows.has(one.row)) befores.set(one.row, one);
    }
    for (const id of fromIdRuns(idsIn(record))) claimed.add(id);
  });
  return { befores, claimed };
}

function idsIn(record: JournalRecord): readonly IdRun[] {
  if (record.type === 'SETTLE') return record.ids;
  if (record.type !== 'OUTCOME') return [];
  const { outcome } = record;
  return outcome.kind === 'committed' || outcome.kind === 'perRecord' ? outcome.ids : [];
}

export interface StandingParts {
  readonly canSettle: boolean;
  /** Nothing more is to be decided of rows that were never sent. */
  readonly stopped: boolean;
  /** A copy of a lost request may still be kept although nothing of it was found. */
  readonly mayComeLate: boolean;
}

/** How records stand when the check is made once more. */
export function standings(
  { verdicts, everLost, lostUpdates, undecided, left }: RowFates,
  { canSettle, stopped, mayComeLate }: StandingParts,
): (record: RowSpan) => Standing {
  return ({ row }) => {
    const isUpdate = lostUpdates.has(row);
    switch (verdicts.get(row)) {
      case PENDING:
        if (stopped && (!canSettle || !mayComeLate || !everLost.has(row))) return 'decided';
        if (stopped) return isUpdate ? 'lostUpdate' : 'lostNew';
        if (isUpdate) return 'sameChange';
        return everLost.has(row) ? 'new' : 'open';
      case UNKNOWN:
        // A person is asked, or has left it as it is.
        if (!canSettle || undecided.has(row) || left.has(row)) return 'decided';
        return isUpdate ? 'lostUpdate' : 'lostNew';
      default:
        return 'decided';
    }
  };
}

export interface SettlingUncertain {
  readonly log: JobLog;
  readonly settler: Settler;
  readonly layout: RecordLayout;
}

/**
 * Finds out what became of the rows that the journal leaves uncertain, where the endpoint makes that certain. Once the
 * job is to stop, also of rows that were to be sent again.
 */
export async function settleUncertain(
  fates: RowFates,
  lost: readonly LostRecord[],
  { log, settler, layout }: SettlingUncertain,
): Promise<void> {
  if (lost.length === 0 || !settler.able) return;
  const { verdicts } = fates;
  const late = log.state.stopped ? lost.filter(({ record }) => verdicts.get(record.row) === PENDING) : [];
  if (log.state.stopped) await settler.waitForLateOnes();
  const find = async (batch: number, own: readonly LostRecord[], highWater?: string) => {
    const clear = own.flatMap(({ record, obscure }) => (obscure ? [] : [record]));
    const seen = clear.length === 0 ? [] : await settler.find(batch, clear, UNHEARD, highWater);
    const results = new Map(clear.map((record, at) => [record, seen?.[at]] as const));
    const records = own.map(({ record }) => record);
    return sortRecords(
      records,
      records.map((record): RecordResult => results.get(record) ?? { kind: 'unknown', message: UNHEARD }),
      layout,
    );
  };
  for (const { batch, rows, highWater } of fates.uncertain) {
    const own = within(rows, lost, ({ record }) => record.row);
    if (own.length === 0) continue;
    const sorted = await find(batch, own, highWater);
    if (sorted.unknown.length === own.length) continue;
    await log.append({ type: 'SETTLE', batch, ...decidedRows(sorted) });
    markRows(verdicts, sorted);
  }
  if (late.length === 0) return;
  const batch = log.state.intents;
  const found = { ...(await find(batch, late)), rejected: [], again: [] };
  if (found.committed.length + found.unknown.length === 0) return;
  await log.append({
    type: 'SETTLE',
    batch,
    ...decidedRows(found),
    late: { unknown: rangesOf(found.unknown) },
  });
  markRows(verdicts, found);
}

/** Lets a look back know what requests of before this process have made, and which of them were lost. */
export function teachLookBack(lookBack: LookBack, fates: RowFates, watched: readonly ImportRecord[]): void {
  const { confirmed, lostRequests, verdicts, there, gaps, lastConfirmed, highestId } = fates;
  for (const { rows, highWater } of lostRequests) {
    // Of what is there by a person's word, nobody knows which records they are.
    const records = within(rows, watched, ({ row }) => row).filter(
      ({ row }) => verdicts.get(row) !== UNKNOWN && !there.has(row),
    );
    if (records.length > 0) lookBack.remember(records, highWater);
  }
  const recordsOf = ({ rows }: { readonly rows: readonly RowRange[] }) =>
    within(rows, watched, ({ row }) => row);
  lookBack.learnGaps(
    gaps.map(({ requests, ...between }) => ({ ...between, requests: requests.map(recordsOf) })),
    lastConfirmed.map(recordsOf),
    highestId,
  );
  if (confirmed === null) return;
  const idOf = new Map(zip([...ordinalsIn(confirmed.rows)], fromIdRuns(confirmed.ids)));
  const records = recordsOf(confirmed);
  lookBack.learnFrom(
    records,
    records.map(({ row }) => idOf.get(row) ?? ''),
    confirmed.highWater,
  );
}

/** Rows of which `teachLookBack` needs the records. */
export function watchedRows({ lostRequests, gaps, lastConfirmed }: RowFates): ReadonlySet<number> {
  const closeBy = [...gaps.flatMap(({ requests }) => requests), ...lastConfirmed];
  return new Set([...lostRequests, ...closeBy].flatMap(({ rows }) => [...ordinalsIn(rows)]));
}

function within<T>(rows: readonly RowRange[], things: readonly T[], rowOf: (thing: T) => number): T[] {
  const ordinals = new Set(ordinalsIn(rows));
  return things.filter((thing) => ordinals.has(rowOf(thing)));
}

function* zip<A, B>(a: readonly A[], b: readonly B[]): Generator<readonly [A, B]> {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (other !== undefined) yield [one, other];
  }
}

const UNHEARD = { code: 'job.answerUnheard' };
