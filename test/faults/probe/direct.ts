import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { readAccessTo, withAccess } from '../../../src/core/cliAccess';
import { exitCodeOf, summaryOf } from '../../../src/core/cliOutput';
import { createEndpoint } from '../../../src/core/endpoints/createEndpoint';
import { runJob } from '../../../src/core/engine/runJob';
import { deriveUncertain } from '../../../src/core/engine/uncertain';
import { createUndoJob } from '../../../src/core/engine/undo/createUndoJob';
import { runUndo } from '../../../src/core/engine/undo/runUndo';
import { deriveUndo } from '../../../src/core/engine/undo/undoDocument';
import { derive } from '../../../src/core/engine/unimported';
import { ControlWatch } from '../../../src/core/jobs/control';
import { isUndo } from '../../../src/core/jobs/job';
import { jobFolder, newJobId, readDefinition } from '../../../src/core/jobs/jobFolder';
import { JobStore } from '../../../src/core/jobs/jobStore';
import { acquire, jobKey, targetKey } from '../../../src/core/jobs/ownership';
import { ExpectedError } from '../../../src/core/message';

/**
 * One life of a job in a process that starts in a fraction of the time that the command line takes: the engine, its
 * files, its locks and its network are the same, without a thread of its own and a person's words.
 *
 * `direct.js run|show|unimported|uncertain|undo JOBFOLDER`; exit codes and the line of `run` are the command line's.
 */

const TURN_MS = 5;

const [command = '', folder = ''] = process.argv.slice(2);

perform().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof ExpectedError ? error.detail : error);
    process.exitCode = 3;
  },
);

async function perform(): Promise<number> {
  switch (command) {
    case 'run':
      process.stdout.write('\n');
      return run();
    case 'undo': {
      const id = newJobId(Date.now());
      const own = jobFolder(path.dirname(folder), id);
      await mkdir(own);
      await createUndoJob({
        folder: own,
        id,
        submittedAt: Date.now(),
        undoes: folder,
        request: { scope: 'all', language: 'en' },
      });
      process.stdout.write(`${JSON.stringify({ jobId: id })}\n`);
      return 0;
    }
    case 'show':
      return show();
    case 'unimported': {
      const isOfUndo = isUndo(await readDefinition(folder));
      return pour((await (isOfUndo ? deriveUndo : derive)(folder)).path);
    }
    case 'uncertain':
      return pour((await deriveUncertain(folder)).path);
    default:
      return 64;
  }
}

async function pour(file: string): Promise<number> {
  await pipeline(createReadStream(file), process.stdout, { end: false });
  return 0;
}

async function run(): Promise<number> {
  const definition = await readDefinition(folder);
  const { target, id, language } = definition;
  const ownership = await acquire(jobKey(folder));
  if (!ownership) throw new ExpectedError({ code: 'job.runsElsewhere' });
  let turn = await acquire(targetKey(target));
  while (!turn) {
    await delay(TURN_MS);
    turn = await acquire(targetKey(target));
  }
  const control = new ControlWatch(folder);
  try {
    const access = await readAccessTo(target, {});
    await withAccess(access, async (_, transport) => {
      const parts = {
        createEndpoint: () => createEndpoint(target, { transport, language, requestKey: id }),
        control,
        log: (level: string, text: string) => {
          if (level === 'error') console.error(text);
        },
      };
      const start = performance.now();
      const { journalMs } = await (isUndo(definition) ? runUndo : runJob)(folder, parts);
      const spent = { event: 'spent', journalMs, ms: performance.now() - start };
      process.stdout.write(`${JSON.stringify(spent)}\n`);
    });
  } finally {
    control.close();
    await turn.release();
    await ownership.release();
  }
  return show();
}

async function show(): Promise<number> {
  const store = new JobStore(path.dirname(folder));
  await store.refresh();
  const job = store.get(path.basename(folder));
  if (!job) throw new ExpectedError({ code: 'job.notFound' });
  process.stdout.write(`${JSON.stringify({ event: 'summary', ...summaryOf(job) })}\n`);
  return exitCodeOf(job);
}
