import { Journal } from '../jobs/journal';
import { notWritable } from '../jobs/notWritable';
import type { Control } from '../jobs/control';
import type { JobState } from '../jobs/fold';
import type { JobEvent } from '../jobs/records';
import type { Clock } from './clock';
import { JobLog, JobLost, whenWritable } from './jobLog';

export interface OpenParts {
  readonly control: Control;
  readonly onRecord?: (event: JobEvent, state: JobState) => void;
  readonly onBlocked?: (code: string | null) => void;
  log(level: 'warn', text: string): void;
}

/**
 * Opens the journal of a job for its owner, and waits with that, too, while the disk takes nothing. Throws
 * `JournalDamaged`, and `ExpectedError` when something is asked meanwhile and the disk still takes nothing.
 */
export async function openJobLog(
  folder: string,
  id: string,
  clock: Clock,
  { control, onRecord, onBlocked, ...parts }: OpenParts,
): Promise<{ readonly journal: Journal; readonly log: JobLog }> {
  const options = {
    ...(onRecord ? { onRecord } : {}),
    onBlocked: (code: string | null) => {
      if (code !== null) parts.log('warn', `${id}: the journal can't be written (${code}); waiting`);
      onBlocked?.(code);
    },
  };
  const open = () => Journal.open(folder, () => clock.now());
  const journal = await whenWritable(open, { control, clock, ...options }).catch((error: unknown) => {
    // Nothing was written down, so nothing has begun: the job is as it was.
    throw error instanceof JobLost ? notWritable(error.cause) : error;
  });
  return { journal, log: new JobLog(journal, control, clock, options) };
}
