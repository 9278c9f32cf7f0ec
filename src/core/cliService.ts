import path from 'node:path';
import { tell } from './cliOutput';
import type { Transport } from './endpoints/transport';
import { ImportService } from './engine/importService';
import { ExpectedError } from './message';

/** The service over a folder of jobs. Without a transport it only reads. */
export function serviceOf(jobsFolder: string, transport: Transport | null): ImportService {
  return new ImportService({
    jobsFolder,
    workerFile: path.join(__dirname, 'worker.js'),
    transportFor: () =>
      transport ? Promise.resolve(transport) : Promise.reject(new ExpectedError({ code: 'job.notFound' })),
    retentionDays: () => 0,
    log: (level, text) => {
      if (level === 'error' || process.env.IMPORTED_FILES_LOG === level) tell(text);
    },
  });
}

/** Uses the jobs of a folder, which are known when `use` begins. */
export async function withService<T>(
  jobsFolder: string,
  transport: Transport | null,
  use: (service: ImportService) => Promise<T>,
): Promise<T> {
  const service = serviceOf(jobsFolder, transport);
  try {
    await service.store.refresh();
    return await use(service);
  } finally {
    await service.dispose();
  }
}
