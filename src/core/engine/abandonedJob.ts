import { uploadLeft } from '../jobs/cellProgress';
import type { Control } from '../jobs/control';
import { thisHost } from '../jobs/host';
import { Journal } from '../jobs/journal';
import { readNotImported } from '../jobs/notImported';
import { PENDING } from '../jobs/rowVerdicts';
import { isTerminal } from '../jobs/stages';
import { systemClock } from './clock';
import { carryOutDecisions } from './deciding';
import { JobLog } from './jobLog';
import { readFates } from './resume';
import { readRowsDefinition } from './rowsDefinition';
import { ENGINE_VERSION } from './version';

/**
 * Writes down that a job was canceled which nobody works on and from which nothing was sent. The caller owns the job.
 * False when it is too late for that.
 */
export async function recordCanceled(folder: string): Promise<boolean> {
  const journal = await Journal.open(folder);
  try {
    const { stage, intents, stopped, cell } = journal.state;
    if (isTerminal(stage) || stage === 'running' || intents > 0 || stopped) return false;
    // To take an upload away takes a sign-in.
    const notes = uploadLeft(cell);
    const { unprocessed } = await readNotImported(folder);
    const rows = unprocessed.flatMap(({ ranges }) => ranges);
    await journal.appendDurable({
      type: 'DONE',
      status: 'canceled',
      failures: [],
      unprocessed: rows.length > 0 ? [{ rows, reason: { code: 'job.canceled' } }] : [],
      ...(notes.length > 0 ? { notes } : {}),
    });
    return true;
  } finally {
    await journal.close();
  }
}

/**
 * Ends a job whose uncertain rows a person is asked about: what was answered so far holds, the others stay uncertain. The
 * caller owns the job. False when nobody is asked.
 */
export async function recordLeft(folder: string): Promise<boolean> {
  const journal = await Journal.open(folder);
  try {
    if (journal.state.stage !== 'deciding') return false;
    const log = new JobLog(journal, STOPPED, systemClock);
    await log.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
    const fates = await readFates(folder);
    await carryOutDecisions(folder, await readRowsDefinition(folder), fates, log);
    await log.append({ type: 'STOP' });
    const rows = fates.verdicts.rangesOf(PENDING);
    await log.appendDurable({
      type: 'DONE',
      status: 'completed',
      failures: [],
      unprocessed: rows.length > 0 ? [{ rows, reason: { code: 'job.stopped' } }] : [],
    });
    return true;
  } finally {
    await journal.close();
  }
}

/** Who stops a job does not wait for long until its folder can be written. */
const STOPPED: Control = {
  asked: 'stop',
  look: () => Promise.resolve('stop'),
  orAsked: () => Promise.resolve(null),
};
