import { parentPort, workerData } from 'node:worker_threads';
import { createEndpoint } from '../endpoints/createEndpoint';
import type { EndpointPlace } from '../endpoints/createEndpoint';
import type { Endpoint } from '../endpoints/endpoint';
import { openTable } from '../files/openTable';
import { writeTextWorkbook } from '../files/writeWorkbook';
import { ControlWatch } from '../jobs/control';
import { isCellImport, isUndo } from '../jobs/job';
import type { JobDefinition } from '../jobs/job';
import { readDefinition } from '../jobs/jobFolder';
import { ExpectedError } from '../message';
import { checkSnapshot } from './cell/checkSnapshot';
import { createCellJob } from './cell/createCellJob';
import { runCellJob } from './cell/runCellJob';
import type { CellRunParts } from './cell/runCellJob';
import { checkFile } from './checkFile';
import { createJob } from './createJob';
import { runJob } from './runJob';
import type { RunSummary } from './runInJournal';
import type { RunParts } from './runJob';
import { scanFile } from './scanFile';
import { deriveUncertain } from './uncertain';
import { createUndoJob, previewUndo } from './undo/createUndoJob';
import { runUndo } from './undo/runUndo';
import type { UndoRunParts } from './undo/runUndo';
import { deriveUndo } from './undo/undoDocument';
import { derive } from './unimported';
import type { UnimportedFile } from './unimported';
import { WireTransport } from './wireTransport';
import type { FromWorker, ToWorker, WorkbookRequest, WorkerTask } from './workerMessages';

/** Entry of the worker thread: does the one task it was started with, says how it went, and ends. */

/** News is told at most so often. */
const NEWS_MS = 100;

const port = parentPort;
if (port === null) throw new Error('worker.js runs in a worker thread');

const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
const transport = new WireTransport(post);
let watch: ControlWatch | undefined;

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'reply':
      transport.settle(message.id, message.reply);
      break;
    case 'bytes':
      transport.tellBytes(message.id, message.bytes);
      break;
    case 'poke':
      watch?.poke(message.request);
      break;
    case 'leave':
      watch?.leave();
      break;
  }
});

perform(workerData as WorkerTask)
  .then((value) => post({ type: 'result', value }))
  .catch((error: unknown) => {
    if (error instanceof ExpectedError) post({ type: 'failed', detail: error.detail });
    else post({ type: 'bug', text: textOf(error) });
  })
  .finally(() => port.close());

async function perform(task: WorkerTask): Promise<unknown> {
  switch (task.kind) {
    case 'inspect':
      return (await openTable(task.path, task.read)).info;
    case 'check': {
      let rows = 0;
      const tell = atMostEvery(NEWS_MS, () => post({ type: 'progress', rows }));
      const { target, system = 'kintone', language = 'en' } = task.request;
      const place = target ?? { system, baseUrl: '' };
      return checkFile(task.request, endpointOf(place, language), (count) => {
        rows = count;
        tell();
      });
    }
    case 'scan': {
      let rows = 0;
      const tell = atMostEvery(NEWS_MS, () => post({ type: 'progress', rows }));
      return scanFile(task.path, task.read, task.key, (count) => {
        rows = count;
        tell();
      });
    }
    case 'create':
      await createJob(task);
      return null;
    case 'checkSnapshot': {
      let lines = 0;
      const tell = atMostEvery(NEWS_MS, () => post({ type: 'progress', rows: lines }));
      return checkSnapshot(task.path, (count) => {
        lines = count;
        tell();
      });
    }
    case 'createCell':
      await createCellJob(task);
      return null;
    case 'createUndo':
      await createUndoJob(task);
      return null;
    case 'previewUndo':
      return previewUndo(task.folder, task.scope);
    case 'run':
      return run(task);
    case 'derive':
      return deriveOf(task.folder);
    case 'deriveUncertain':
      return deriveUncertain(task.folder);
    case 'saveWorkbook':
      await saveWorkbook(task.request);
      return null;
  }
}

/** Without an address: an endpoint that is never reached, for what can be said without one. */
function endpointOf(place: EndpointPlace, language: string, requestKey?: string): Endpoint {
  return createEndpoint(place, {
    transport,
    language,
    ...(requestKey === undefined ? {} : { requestKey }),
  });
}

/** All cells as text, as they stand in the file. */
async function saveWorkbook({ path, read, workbook, sheetName }: WorkbookRequest): Promise<void> {
  const table = await openTable(path, read);
  const cells = async function* () {
    for await (const rows of table.rows()) for (const row of rows) yield row.cells;
  };
  await writeTextWorkbook(workbook, sheetName, table.info.header, cells());
}

async function run({ folder, refusal }: WorkerTask & { kind: 'run' }): Promise<RunSummary> {
  const definition = await readDefinition(folder);
  const tell = atMostEvery(NEWS_MS, () => post({ type: 'journal' }));
  watch = new ControlWatch(folder);
  try {
    const parts = {
      createEndpoint: ({ id, target, language }: JobDefinition) => endpointOf(target, language, id),
      control: watch,
      ...(refusal === undefined ? {} : { refusal }),
      onRecord: tell,
      onBlocked: (code) => post({ type: 'blocked', code }),
      log: (level, text) => post({ type: 'log', level, text }),
    } satisfies RunParts & CellRunParts & UndoRunParts;
    const runOf = isCellImport(definition) ? runCellJob : isUndo(definition) ? runUndo : runJob;
    const summary = await runOf(folder, parts);
    post({ type: 'journal' });
    await deriveUnimported(folder, summary);
    return summary;
  } finally {
    watch.close();
  }
}

/** The document can be made again at any time, so a failure here takes nothing from the job. */
async function deriveUnimported(folder: string, { status, counts }: RunSummary): Promise<void> {
  const ended = status === 'completed' || status === 'failed';
  if (!ended || counts.total === null || counts.invalid + counts.rejected + counts.unprocessed === 0) return;
  try {
    await deriveOf(folder);
  } catch (error) {
    post({ type: 'log', level: 'warn', text: `unimported rows: ${textOf(error)}` });
  }
}

async function deriveOf(folder: string): Promise<UnimportedFile> {
  return isUndo(await readDefinition(folder)) ? deriveUndo(folder) : derive(folder);
}

/** Calls at once, then at most once in so many milliseconds, and once more for what came in between. */
function atMostEvery(ms: number, call: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let missed = false;
  return () => {
    missed = true;
    if (timer !== undefined) return;
    const again = () => {
      timer = undefined;
      if (!missed) return;
      missed = false;
      call();
      timer = setTimeout(again, ms);
      timer.unref();
    };
    again();
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
