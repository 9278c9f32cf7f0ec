import { acquire, jobKey } from '../../../src/core/jobs/ownership';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';

/**
 * A process that owns a job: takes the ownership of the folder it is given, says so, writes the journal records that its
 * parent sends, and lives until it is killed.
 */
async function main(folder: string): Promise<void> {
  const ownership = await acquire(jobKey(folder));
  const journal = ownership ? await Journal.open(folder) : null;
  process.on('message', (event: JobEvent) => {
    void journal?.append(event).then(() => process.send?.({ written: event.type }));
  });
  process.send?.({ owns: ownership !== null });
}

void main(process.argv[2] ?? '');
