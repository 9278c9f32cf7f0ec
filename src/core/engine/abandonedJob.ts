import { uploadLeft } from '../jobs/cellProgress';
import { thisHost } from '../jobs/host';
import { Journal } from '../jobs/journal';
import { readNotImported } from '../jobs/notImported';
import { PENDING } from '../jobs/rowVerdicts';
import { isTerminal } from '../jobs/stages';
import { readFates } from './resume';
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
 * Writes down that nobody wants to answer for the uncertain rows of a job any more: they stay uncertain, and the job has
 * ended. The caller owns the job. False when nobody is asked.
 */
export async function recordLeft(folder: string): Promise<boolean> {
  const journal = await Journal.open(folder);
  try {
    if (journal.state.stage !== 'deciding') return false;
    await journal.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
    await journal.append({ type: 'STOP' });
    const rows = (await readFates(folder)).verdicts.rangesOf(PENDING);
    await journal.appendDurable({
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
