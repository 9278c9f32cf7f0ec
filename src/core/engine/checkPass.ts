import type { Table } from '../files/row';
import type { Control } from '../jobs/control';
import type { BadRow, RecordBefore } from '../jobs/records';
import { INVALID, PENDING, UNCHANGED } from '../jobs/rowVerdicts';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import { ordinalsIn, toRanges } from '../jobs/runs';
import type { RowRange } from '../jobs/runs';
import type { RecordMapper } from '../mapping/createMapper';
import { checkRows } from './checkRows';
import type { Clock } from './clock';
import type { JobLog } from './jobLog';
import { badRows, badRowsOf } from './recordRows';
import type { Resolver } from './resolve';

/** Bad rows, and records that will be changed, are written down in groups of so many. */
const BAD_ROWS_PER_RECORD = 100;
const BEFORES_PER_RECORD = 100;
const CHECK_RECORD_MS = 500;

export interface CheckPassParts {
  readonly table: Table;
  readonly mapper: RecordMapper;
  readonly resolver: Resolver;
  readonly verdicts: RowVerdicts;
  readonly log: JobLog;
  readonly control: Pick<Control, 'asked' | 'look'>;
  readonly clock: Clock;
}

/**
 * The first pass: counts the rows and writes down the bad and the unchanged ones, and what the records hold that will be
 * changed. Of a job that was planned before, only
 * rows that are still pending get a verdict. False when something was asked meanwhile. Throws what reading and asking
 * throw.
 */
export async function checkPass(parts: CheckPassParts): Promise<boolean> {
  const { table, mapper, resolver, verdicts, log, control, clock } = parts;
  const planned = log.state.counts.total !== null;
  let bad: BadRow[] = [];
  let marked = clock.monotonic();
  let before: RecordBefore[] = [];
  const flushBefore = async (least: number) => {
    for (; before.length >= least; before = before.slice(BEFORES_PER_RECORD)) {
      await log.append({ type: 'BEFORE', records: before.slice(0, BEFORES_PER_RECORD) });
    }
  };
  const flush = async (least: number) => {
    for (; bad.length >= least; bad = bad.slice(BAD_ROWS_PER_RECORD)) {
      await log.append({ type: 'INVALID', rows: bad.slice(0, BAD_ROWS_PER_RECORD) });
    }
  };
  for await (const checked of checkRows(table, mapper, resolver)) {
    const { total, invalid, unchanged, repeated } = checked;
    if (control.asked !== null) break;
    if (!planned) verdicts.total = total;
    // Nothing is decided of pending rows once the job is to stop.
    if (!log.state.stopped) {
      const late = repeated.map((one) => badRowsOf(one, new Map([[one.row, [one.problem]]])));
      for (const one of [...invalid.map(badRows), ...late].flat()) {
        if (planned && verdicts.get(one.row) !== PENDING) continue;
        verdicts.set(one.row, INVALID);
        bad.push(one);
      }
      await flush(BAD_ROWS_PER_RECORD);
      const same = planned ? stillPending(unchanged, verdicts) : unchanged;
      if (same.length > 0) {
        verdicts.setAll(ordinalsIn(same), UNCHANGED);
        await log.append({ type: 'UNCHANGED', rows: same });
      }
      before = before.concat(checked.before);
      await flushBefore(BEFORES_PER_RECORD);
    }
    if (!log.state.stopped && clock.monotonic() - marked >= CHECK_RECORD_MS) {
      marked = clock.monotonic();
      await log.append({ type: 'CHECK', rows: total });
    }
  }
  // Verdicts that were given count, whatever is asked.
  await flush(1);
  if (!log.state.stopped) await flushBefore(1);
  if (planned && !log.state.stopped) await log.append({ type: 'CHECK', rows: verdicts.total });
  return control.asked === null && (await control.look()) === null;
}

function stillPending(rows: readonly RowRange[], verdicts: RowVerdicts): RowRange[] {
  return toRanges([...ordinalsIn(rows)].filter((row) => verdicts.get(row) === PENDING));
}
