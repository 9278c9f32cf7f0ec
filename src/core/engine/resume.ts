import type { RecordResult } from '../endpoints/endpoint';
import { JournalReader } from '../jobs/journal';
import { journalPath } from '../jobs/jobFolder';
import { RowFates } from '../jobs/rowFates';
import { PENDING, UNKNOWN } from '../jobs/rowVerdicts';
import { ordinalsIn } from '../jobs/runs';
import type { RecordLayout } from '../mapping/layout';
import type { JobLog } from './jobLog';
import type { LostRecord, Standing } from './lostRecords';
import { decidedRows, markRows, sortRecords } from './perRecord';
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

/** How records stand when the check is made once more. `stopped`: nothing more is to be decided of pending rows. */
export function standings(
  { verdicts, everLost, lostUpdates }: RowFates,
  { canSettle, stopped }: { readonly canSettle: boolean; readonly stopped: boolean },
): (record: RowSpan) => Standing {
  return ({ row }) => {
    switch (verdicts.get(row)) {
      case PENDING:
        if (stopped) return 'decided';
        return everLost.has(row) && !lostUpdates.has(row) ? 'new' : 'open';
      case UNKNOWN:
        if (!canSettle) return 'decided';
        return lostUpdates.has(row) ? 'lostUpdate' : 'lostNew';
      default:
        return 'decided';
    }
  };
}

/** Finds out what became of the rows that the journal leaves uncertain, where the endpoint makes that certain. */
export async function settleUncertain(
  fates: RowFates,
  lost: readonly LostRecord[],
  {
    log,
    settler,
    layout,
  }: { readonly log: JobLog; readonly settler: Settler; readonly layout: RecordLayout },
): Promise<void> {
  if (lost.length === 0 || !settler.able) return;
  await settler.wait();
  for (const { batch, rows } of fates.uncertain) {
    const ordinals = new Set(ordinalsIn(rows));
    const own = lost.filter(({ record }) => ordinals.has(record.row));
    const unseen = own.filter(({ result }) => result === null).map(({ record }) => record);
    const seen = unseen.length === 0 ? [] : await settler.look(unseen);
    const results = new Map(unseen.map((record, index) => [record, seen?.[index]] as const));
    const records = own.map(({ record }) => record);
    const sorted = sortRecords(
      records,
      own.map(({ record, result }): RecordResult => result ?? results.get(record) ?? UNSEEN),
      layout,
    );
    if (sorted.unknown.length === records.length) continue;
    await log.append({ type: 'SETTLE', batch, ...decidedRows(sorted) });
    markRows(fates.verdicts, sorted);
  }
}

const UNSEEN: RecordResult = { kind: 'unknown', message: { code: 'job.answerUnheard' } };
