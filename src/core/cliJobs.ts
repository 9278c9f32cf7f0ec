import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { print, say, sentenceOf, summaryOf } from './cliOutput';
import { withService } from './cliService';
import { ExpectedError } from './message';

/** One line for each import, newest first. */
export function list(jobsFolder: string, json: boolean): Promise<number> {
  return withService(jobsFolder, null, ({ store }) => {
    for (const job of store.jobs()) {
      const { source, target, submittedAt } = job.definition;
      const when = new Date(submittedAt).toISOString();
      print(
        json ? { ...summaryOf(job), file: source.name, submittedAt } : null,
        [job.id, when, target.name, source.name, sentenceOf(job)].join('\t'),
      );
    }
    return Promise.resolve(0);
  });
}

export function show(jobsFolder: string, jobId: string, json: boolean): Promise<number> {
  return withService(jobsFolder, null, ({ store }) => {
    const job = store.get(jobId);
    if (!job) throw new ExpectedError({ code: 'job.notFound' });
    print(json ? job : null, sentenceOf(job));
    if (!json && job.guarantee !== undefined) print(null, say({ code: `guarantee.${job.guarantee}` }));
    return Promise.resolve(0);
  });
}

/** The document's own bytes, for a file or a pipe. */
export function unimported(jobsFolder: string, jobId: string): Promise<number> {
  return withService(jobsFolder, null, async (service) => {
    const { path: file } = await service.unimportedFile(jobId);
    await pipeline(createReadStream(file), process.stdout, { end: false });
    return 0;
  });
}
