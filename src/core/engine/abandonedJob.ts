import { Journal } from '../jobs/journal';

/**
 * Writes down that a job was canceled which nobody works on and from which nothing was sent. The caller owns the job.
 * False when it is too late for that.
 */
export async function recordCanceled(folder: string): Promise<boolean> {
  const journal = await Journal.open(folder);
  try {
    const { stage, intents, counts } = journal.state;
    if ((stage !== 'waiting' && stage !== 'checking') || intents > 0 || counts.total !== null) return false;
    await journal.appendDurable({ type: 'DONE', status: 'canceled', failures: [], unprocessed: [] });
    return true;
  } finally {
    await journal.close();
  }
}
