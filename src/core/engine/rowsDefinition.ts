import { isCellImport } from '../jobs/job';
import type { RowsDefinition } from '../jobs/job';
import { readDefinition } from '../jobs/jobFolder';

/** Reads `job.json` of a job that imports rows. Throws what `readDefinition` throws; a cell's import is a bug here. */
export async function readRowsDefinition(folder: string): Promise<RowsDefinition> {
  const definition = await readDefinition(folder);
  if (isCellImport(definition)) throw new TypeError(`${definition.id} imports a cell, which has no rows`);
  return definition;
}
