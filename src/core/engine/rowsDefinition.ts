import { isRowsImport } from '../jobs/job';
import type { RowsDefinition } from '../jobs/job';
import { readDefinition } from '../jobs/jobFolder';

/** Reads `job.json` of a job that imports rows. Throws what `readDefinition` throws; anything else is a bug here. */
export async function readRowsDefinition(folder: string): Promise<RowsDefinition> {
  const definition = await readDefinition(folder);
  if (!isRowsImport(definition)) throw new TypeError(`${definition.id} imports no rows`);
  return definition;
}
