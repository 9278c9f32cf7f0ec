import { readAccessTo, withAccess } from './cliAccess';
import type { AccessValues } from './cliAccess';
import { followToEnd } from './cliFollow';
import { grouped, language, print, say, tell } from './cliOutput';
import { withService } from './cliService';
import type { UndoPreview } from './engine/importService';
import { ExpectedError } from './message';
import type { Message } from './message';

export const UNDO_HELP = `  imported-files undo JOB [--twins] [sign-in]
                                     delete the records that an import has made and put back those it has changed,
                                     unless they were edited since; --twins: only records that came to be twice`;

export const UNDO_OPTIONS = {
  twins: { type: 'boolean' },
} as const;

export interface UndoValues extends AccessValues {
  readonly twins?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Says what will be undone and what can't be, then undoes it. */
export async function undo(jobsFolder: string, jobId: string, values: UndoValues): Promise<number> {
  const { twins = false, json = false } = values;
  const scope = twins ? 'twins' : 'all';
  const { preview, target } = await withService(jobsFolder, null, async (service) => {
    const job = service.store.get(jobId);
    if (!job) throw new ExpectedError({ code: 'job.notFound' });
    return { preview: await service.undoPreview(jobId, scope), target: job.definition.target };
  });
  if (json) print({ event: 'undo', jobId, scope, ...preview }, '');
  else for (const message of previewMessages(preview)) tell(say(message));
  return withAccess(await readAccessTo(target, values), (_, transport) =>
    withService(jobsFolder, transport, async (service) =>
      followToEnd(service, await service.undo(jobId, { scope, language }), { json }),
    ),
  );
}

function previewMessages({ toRemove, toPutBack, undoneBefore, cannot, notes }: UndoPreview): Message[] {
  const counted: readonly (readonly [code: string, count: number])[] = [
    ['cli.undo.willRemove', toRemove],
    ['cli.undo.willPutBack', toPutBack],
    ['cli.undo.before', undoneBefore],
  ];
  return [
    ...counted.filter(([, count]) => count > 0).map(([code, count]) => ({ code, args: grouped({ count }) })),
    ...cannot.map(({ records, reason }) => ({
      code: 'cli.undo.cannot',
      args: grouped({ count: records }),
      phrases: { reason },
    })),
    ...notes,
  ];
}
