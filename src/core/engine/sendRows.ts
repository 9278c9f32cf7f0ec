import type { Control } from '../jobs/control';
import type { RowVerdicts } from '../jobs/rowVerdicts';
import type { RetryBudget } from './backOff';
import { findChanged } from './changedMeanwhile';
import type { Clock } from './clock';
import type { JobLog } from './jobLog';
import type { Resolutions } from './resolutions';
import { RowFeed } from './rowFeed';
import type { Safeguards } from './safeguards';
import { Sender } from './sender';
import type { SendEnd } from './sender';
import type { Workplace } from './workplace';

export interface SendRowsParts {
  readonly work: Workplace;
  readonly resolutions: Resolutions;
  readonly safeguards: Safeguards;
  readonly verdicts: RowVerdicts;
  readonly log: JobLog;
  readonly control: Control;
  readonly clock: Clock;
  /** Rows that were in a lost request before this process took the job up. */
  readonly lost?: ReadonlySet<number>;
  readonly budget?: RetryBudget;
  readonly onBug: (error: unknown) => void;
}

/** The second pass over a file: sends all rows that are pending. Throws what reading throws, and `JobLost`. */
export async function sendRows(parts: SendRowsParts): Promise<SendEnd> {
  const { work, safeguards, resolutions, verdicts, log, control, clock, lost, budget, onBug } = parts;
  const { schema, layout, table, mapper, find, keysPerRead } = work;
  const { rules, writer, settler, lookBack } = safeguards;
  const feed = new RowFeed({
    ...{ table, layout, schema, verdicts, resolutions },
    mapper: mapper(),
    oneKind: rules.limits.oneKindPerRequest === true,
    smallBatch: rules.limits.rowsPerSmallRequest,
  });
  try {
    return await new Sender({
      ...rules,
      ...{ writer, layout, feed, log, control, clock, verdicts, settler },
      ...(lookBack ? { lookBack } : {}),
      ...(lost ? { lost } : {}),
      ...(budget ? { budget } : {}),
      changedMeanwhile: (records) => findChanged({ schema, layout, keysPerRead, find }, records),
      onBug,
    }).run();
  } finally {
    await feed.close();
  }
}
