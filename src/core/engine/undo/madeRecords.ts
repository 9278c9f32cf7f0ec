import type { JobState } from '../../jobs/fold';
import { JournalDamaged, JournalReader } from '../../jobs/journal';
import { journalPath } from '../../jobs/jobFolder';
import type { DecidedRows, JournalRecord, RecordBefore, Twin } from '../../jobs/records';
import { RowFates } from '../../jobs/rowFates';
import { IMPORTED, IN_FLIGHT, UNKNOWN, UPDATED } from '../../jobs/rowVerdicts';
import { fromIdRuns, ordinalsIn } from '../../jobs/runs';
import type { RepeatRun, RowRange } from '../../jobs/runs';
import { isTerminal } from '../../jobs/stages';
import { ExpectedError } from '../../message';
import { GrowingNumbers } from '../growingNumbers';
import type { Spool } from './spool';
import type { Cannot, UndoLine } from './undoList';

/** A record that a row became; `rows` of the file in all. */
interface Made {
  readonly rows: number;
  readonly id: string;
  readonly revision: string;
}

type Before = Pick<RecordBefore, 'id' | 'revision' | 'values'>;

/** Where things are put aside; made and removed by the caller. */
export interface Spools {
  readonly made: Spool;
  readonly before: Spool;
}

/** Everything that an import has left behind, by its journal: 8 bytes a row in memory, and the rest put aside. */
export class MadeRecords {
  readonly #fates = new RowFates();
  readonly #spools: Spools;
  /** By the first row of a record: its place among the lines put aside. */
  readonly #made = new GrowingNumbers();
  readonly #before = new GrowingNumbers();
  /** Rows of requests that are not decided yet. */
  readonly #sent = new Map<number, readonly RowRange[]>();
  #twins: readonly Twin[] = [];

  private constructor(spools: Spools) {
    this.#spools = spools;
  }

  /** Throws `ExpectedError` for a job that has not ended, or whose journal is damaged. */
  static async read(folder: string, spools: Spools): Promise<MadeRecords> {
    const records = new MadeRecords(spools);
    const state = await readJournal(folder, (record) => records.#take(record));
    if (!isTerminal(state.stage)) throw new ExpectedError({ code: 'undo.notEnded' });
    return records;
  }

  /** Rows of the imported file. */
  get rows(): number {
    return this.#fates.verdicts.total;
  }

  /** In the order of the file, those that came twice at the end. */
  *lines(scope: 'all' | 'twins'): Generator<UndoLine> {
    if (scope === 'all') {
      for (let row = 1; row <= this.rows;) {
        const line = this.#lineOf(row);
        if (line !== null) yield line;
        row = (line?.lastRow ?? row) + 1;
      }
    }
    for (const { row, id, revision } of this.#twins) {
      yield { row, lastRow: row, id, revision, twin: true, ...(id === '' ? { cannot: 'noId' } : {}) };
    }
  }

  #lineOf(row: number): UndoLine | null {
    const verdict = this.#fates.verdicts.get(row);
    switch (verdict) {
      case UNKNOWN:
      case IN_FLIGHT:
        return cannot(row, 'uncertain');
      case IMPORTED:
      case UPDATED:
        break;
      default:
        return null;
    }
    const place = this.#made.get(row);
    if (place === 0) return cannot(row, 'saidThere');
    const { rows, id, revision } = JSON.parse(this.#spools.made.read(place)) as Made;
    const line = { row, lastRow: row + rows - 1, id, revision };
    if (id === '') return { ...line, cannot: 'noId' };
    return verdict === IMPORTED ? line : { ...line, ...this.#beforeOf(row, id) };
  }

  #beforeOf(row: number, id: string): Pick<UndoLine, 'before' | 'cannot'> {
    const place = this.#before.get(row);
    const before = place === 0 ? null : (JSON.parse(this.#spools.before.read(place)) as Before);
    if (before?.id !== id) return { cannot: 'noBefore' };
    const { revision, values } = before;
    return values.some(([, value]) => hasFiles(value))
      ? { cannot: 'attachments' }
      : { before: { revision, values } };
  }

  #take(record: JournalRecord): void {
    this.#fates.take(record);
    switch (record.type) {
      case 'BEFORE':
        for (const one of record.records) this.#takeBefore(one);
        break;
      case 'INTENT':
        this.#sent.set(record.batch, record.rows);
        break;
      case 'OUTCOME': {
        const rows = this.#sent.get(record.batch) ?? [];
        this.#sent.delete(record.batch);
        const { outcome } = record;
        if (outcome.kind === 'committed') this.#takeMade({ ...outcome, committed: rows });
        else if (outcome.kind === 'perRecord') this.#takeMade(outcome);
        break;
      }
      case 'SETTLE':
        this.#takeMade(record);
        break;
      case 'DONE':
        this.#twins = record.twins ?? [];
        break;
      default:
        break;
    }
  }

  /** What was read of a record a second time counts; what stood in it only the first time we may have changed. */
  #takeBefore({ row, id, revision, values }: RecordBefore): void {
    const { before: spool } = this.#spools;
    const place = this.#before.get(row);
    const earlier = place === 0 ? null : (JSON.parse(spool.read(place)) as Before);
    const later = new Set(values.map(([field]) => field));
    const kept = earlier?.id === id ? earlier.values.filter(([field]) => !later.has(field)) : [];
    this.#before.set(row, spool.add(JSON.stringify({ id, revision, values: [...kept, ...values] })));
  }

  #takeMade({ committed, ids, revisions }: Pick<DecidedRows, 'committed' | 'ids' | 'revisions'>): void {
    const { made: spool } = this.#spools;
    const idOf = fromIdRuns(ids);
    const revisionOf = fromRepeatRuns(revisions);
    let open: { row: number; rows: number; id: string; revision: string } | null = null;
    const close = () => {
      if (open === null) return;
      const { row, ...made } = open;
      this.#made.set(row, spool.add(JSON.stringify(made)));
    };
    let index = 0;
    for (const row of ordinalsIn(committed)) {
      const id = idOf[index] ?? '';
      const revision = revisionOf[index] ?? '';
      index++;
      // All rows of a record have its id.
      if (open !== null && id !== '' && open.id === id && open.row + open.rows === row) open.rows++;
      else {
        close();
        open = { row, rows: 1, id, revision };
      }
    }
    close();
  }
}

/** Folds a journal to its end. Throws `ExpectedError` when it is damaged. */
export async function readJournal(
  folder: string,
  onRecord: (record: JournalRecord) => void,
): Promise<JobState> {
  const reader = new JournalReader(journalPath(folder));
  try {
    await reader.read(onRecord);
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    throw new ExpectedError({ code: 'undo.damaged', args: { record: error.record } }, { cause: error });
  }
  return reader.state;
}

function cannot(row: number, reason: Cannot): UndoLine {
  return { row, lastRow: row, id: '', revision: '', cannot: reason };
}

/** Files are named by keys that only download them; that there were none can be brought back. */
function hasFiles(value: Before['values'][number][1]): boolean {
  return typeof value === 'object' && 'files' in value && value.files.length > 0;
}

function fromRepeatRuns(runs: readonly RepeatRun[]): string[] {
  return runs.flatMap(([value, times]) => new Array<string>(times).fill(value));
}
