import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Transport } from '../endpoints/transport';
import type { ReadOptions, TableInfo } from '../files/row';
import { answersFor, readUndecided } from '../jobs/answers';
import { leaveDecision } from '../jobs/control';
import type { Decision } from '../jobs/control';
import { isOfOtherHost } from '../jobs/host';
import type { ImportJob, JobTarget } from '../jobs/job';
import { jobFolder, newJobId } from '../jobs/jobFolder';
import { JobStore } from '../jobs/jobStore';
import { acquire, isHeld, jobKey, targetKey } from '../jobs/ownership';
import { rethrowInWords } from '../jobs/notWritable';
import { AgeClock, removeExpired, removeJob } from '../jobs/retention';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import { askJob, assertOfThisHost, isOver, tooLate } from './askJob';
import type { AskParts } from './askJob';
import type { SnapshotReport } from './cell/checkSnapshot';
import type { SubmitCellRequest } from './cell/createCellJob';
import { JobQueue } from './jobQueue';
import type { PlacedProblem } from './placement';
import type { UncertainFile } from './uncertain';
import type { UndoPreview, UndoRequest, UndoScope } from './undo/createUndoJob';
import type { UnimportedFile } from './unimported';
import { startTask } from './workerHost';
import type { HostOptions, Log } from './workerHost';
import type {
  CheckReport,
  CheckRequest,
  KeyColumns,
  ScanReport,
  SubmitRequest,
  TaskResults,
  WorkbookRequest,
  WorkerTask,
} from './workerMessages';

export type { CheckReport, CheckRequest, KeyColumns, ScanReport, SubmitRequest } from './workerMessages';
export type { SnapshotReport } from './cell/checkSnapshot';
export type { CellJobSource, SubmitCellRequest } from './cell/createCellJob';
export type { PlacedProblem } from './placement';
export type { Decision } from '../jobs/control';
export type { UncertainFile } from './uncertain';
export type { UndoPreview, UndoRequest } from './undo/createUndoJob';
export type { UnimportedFile } from './unimported';

/** Problems of a job's rows with their places in the imported file; the first 500. */
export type PlacedProblems = readonly PlacedProblem[];

export interface ImportServiceOptions {
  readonly jobsFolder: string;
  /** The bundled `worker.js`. */
  readonly workerFile: string;
  /** A signed-in transport; throws `ExpectedError` with what to do next when there is no sign-in. */
  transportFor(target: JobTarget): Promise<Transport>;
  /** Days after submission that ended jobs are kept; 0 keeps them until they are removed by hand. */
  readonly retentionDays: () => number;
  readonly log: Log;
  /** Milliseconds since the epoch; the system's when absent. */
  readonly now?: () => number;
}

/** A run as `importState` shows it, and where. */
export interface ForeignImport {
  readonly target: JobTarget;
  readonly snapshot: string;
  /** Its begin by the server's clock, in milliseconds. */
  readonly startedAt: number;
  readonly language: string;
}

const TIDY_MS = 60 * 60 * 1000;
const POLL_MS = 100;

/**
 * Imports files: one worker thread per running job or task, jobs on disk, one running job per app. Everything that
 * callers may show of a job comes from `store`.
 */
export class ImportService {
  readonly store: JobStore;
  readonly #options: ImportServiceOptions;
  readonly #queue: JobQueue;
  readonly #tidying: NodeJS.Timeout;
  readonly #ages: AgeClock;
  #disposed = false;

  constructor(options: ImportServiceOptions) {
    this.#options = options;
    this.#ages = new AgeClock(options.now);
    this.store = new JobStore(options.jobsFolder);
    this.#queue = new JobQueue({
      workerFile: options.workerFile,
      store: this.store,
      transportFor: (target) => options.transportFor(target),
      log: options.log,
    });
    this.#tidying = setInterval(() => void this.tidy(), TIDY_MS);
    this.#tidying.unref();
  }

  /** What a file is: encoding, delimiter, sheets, header. Throws `ExpectedError`. */
  inspect(file: string, read: ReadOptions, signal?: AbortSignal): Promise<TableInfo> {
    return this.#task({ kind: 'inspect', path: file, read }, signal ? { signal } : {});
  }

  /**
   * Checks every row against a schema without sending anything; against the live records, too, when the request names
   * its target. Throws `ExpectedError`, or the signal's reason.
   */
  async check(
    request: CheckRequest,
    onProgress?: (rows: number) => void,
    signal?: AbortSignal,
  ): Promise<CheckReport> {
    const { target } = request;
    const transport = target ? await this.#options.transportFor(target) : undefined;
    const options = { ...taskOptions(onProgress, signal), ...(transport ? { transport } : {}) };
    return this.#task({ kind: 'check', request }, options);
  }

  /**
   * Counts the rows of a file and, given the column of the key, the records without one. Quick, as no cell is checked.
   * Throws `ExpectedError`, or the signal's reason.
   */
  scan(
    file: string,
    read: ReadOptions,
    key?: number | KeyColumns,
    onProgress?: (rows: number) => void,
    signal?: AbortSignal,
  ): Promise<ScanReport> {
    const columns = typeof key === 'number' ? { column: key } : key;
    const task = { kind: 'scan', path: file, read, ...(columns ? { key: columns } : {}) } as const;
    return this.#task(task, taskOptions(onProgress, signal));
  }

  /**
   * Checks a cell snapshot as far as that can be done without the cell, and says what it holds. Throws `ExpectedError`
   * with the file and line within, or the signal's reason.
   */
  checkSnapshot(
    file: string,
    onProgress?: (lines: number) => void,
    signal?: AbortSignal,
  ): Promise<SnapshotReport> {
    return this.#task({ kind: 'checkSnapshot', path: file }, taskOptions(onProgress, signal));
  }

  /** Takes a copy of the file and queues the job. It is on the disk when this resolves. Throws `ExpectedError`. */
  submit(request: SubmitRequest): Promise<string> {
    return this.#submit(request.target, (job) => this.#task({ kind: 'create', ...job, request }));
  }

  /** The same for a snapshot that replaces a cell. Throws `ExpectedError`. */
  submitCell(request: SubmitCellRequest): Promise<string> {
    return this.#submit(request.target, (job) => this.#task({ kind: 'createCell', ...job, request }));
  }

  /**
   * Makes a job of its own that takes back what an import has made and changed, as far as nobody has edited it since.
   * Throws `ExpectedError` with why nothing can be taken back.
   */
  async undo(jobId: string, request: UndoRequest): Promise<string> {
    const { definition, folder } = await this.#find(jobId);
    return this.#submit(definition.target, (job) =>
      this.#task({ kind: 'createUndo', ...job, undoes: folder, request }),
    );
  }

  /** What `undo` would do, by what is known without asking the endpoint. Throws `ExpectedError` as it does. */
  async undoPreview(jobId: string, scope: UndoScope = 'all'): Promise<UndoPreview> {
    const { folder } = await this.#find(jobId);
    return this.#task({ kind: 'previewUndo', folder, scope });
  }

  /** Makes a job of a cell's import that somebody else has started, as `importState` shows it: it is only watched. */
  watchForeign({ snapshot, startedAt, ...request }: ForeignImport): Promise<string> {
    return this.submitCell({ ...request, source: { origin: 'foreign', snapshot, startedAt } });
  }

  /**
   * Takes up a job whose window or command line has closed, where it was: it is queued when this resolves. What keeps it
   * from going on afterwards is in `trouble`, and leaves it as it was. Throws `ExpectedError` when it has ended, when
   * somebody runs it, when there is no sign-in, and when another machine has worked on it last, unless that is known.
   */
  async resume(jobId: string, { fromOtherHost }: { readonly fromOtherHost?: true } = {}): Promise<void> {
    const job = await this.#find(jobId);
    if (isOver(job)) throw new ExpectedError({ code: 'job.canNotResume' });
    if (fromOtherHost !== true) assertOfThisHost(job);
    await this.#options.transportFor(job.definition.target);
    if (!(await this.#takeUp(job))) throw new ExpectedError({ code: 'job.runsElsewhere' });
  }

  /**
   * Jobs that have not ended, that nobody works on and that can go on without a person: also those that never began, and
   * those whose uncertain rows somebody has answered for. They may be of another machine (`isOfOtherHost`).
   */
  interrupted(): readonly ImportJob[] {
    return this.store.jobs().filter(({ canResume }) => canResume === true);
  }

  /**
   * Answers for uncertain rows of a job. The answer is kept whatever happens next, and holds for rows that nobody has
   * answered for. Null when the job goes on here with it; else who has to go on. Throws `ExpectedError` when nobody is
   * asked about these rows.
   */
  async decide(jobId: string, decision: Decision): Promise<Message | null> {
    const job = await this.#find(jobId);
    if (job.canDecide !== true) throw new ExpectedError({ code: 'job.canNotDecide' });
    if (!answersFor(decision, await readUndecided(job.folder)))
      throw new ExpectedError({ code: 'job.rowsNotAsked' });
    await leaveDecision(job.folder, decision).catch(rethrowInWords);
    if (isOfOtherHost(job)) return { code: 'job.answerForHost', args: { host: job.host ?? '' } };
    // Only what is sent again takes a sign-in.
    if (decision.answer === 'again' && !(await this.#canSignIn(job))) return { code: 'job.answerKept' };
    if ((await this.#takeUp(job)) || this.#queue.has(jobId)) return null;
    return { code: 'job.answerForOwner' };
  }

  /** Why a job that was to be taken up here was left as it was; null when it was not. */
  trouble(jobId: string): Message | null {
    return this.#queue.trouble(jobId);
  }

  /** Whether the job runs or waits in this process. */
  runsHere(jobId: string): boolean {
    return this.#queue.has(jobId);
  }

  /** Cancels a job from which nothing was sent. Throws `ExpectedError` when it is too late. */
  async cancel(jobId: string): Promise<void> {
    const job = await this.#find(jobId);
    if (isOver(job)) return;
    if (!job.canCancel) throw tooLate(job, 'job.canNotCancel');
    await askJob(job, 'cancel', this.#askParts());
  }

  /**
   * Stops a job: no request after this; the one under way is decided. Before the first request it cancels. Where a person
   * is asked about uncertain rows, they are left uncertain.
   */
  async stop(jobId: string): Promise<void> {
    const job = await this.#find(jobId);
    if (isOver(job) || job.phase.kind === 'stopping') return;
    if (!job.canStop && !job.canCancel) throw tooLate(job, 'job.canNotStop');
    await askJob(job, job.canStop ? 'stop' : 'cancel', this.#askParts());
  }

  /** Takes a job that nobody works on from the list, with all its files. */
  async remove(jobId: string): Promise<void> {
    const job = await this.#find(jobId);
    if (!(await removeJob(job.folder).catch(rethrowInWords)))
      throw new ExpectedError({ code: 'job.running' });
    await this.store.refresh();
  }

  /** Problems of the rows that were not imported, with their places in the imported file. */
  async problems(jobId: string): Promise<PlacedProblems> {
    return (await this.unimportedFile(jobId)).problems;
  }

  /** The document of the rows that were not imported; made when it is not there yet. */
  async unimportedFile(jobId: string): Promise<UnimportedFile> {
    const job = await this.#find(jobId);
    // Its owner makes the document right after the end of the job.
    await this.#queue.whenEnded(jobId);
    while (isOver(job) && !this.#disposed && (await isHeld(jobKey(job.folder)))) await pause();
    const made = isOver(job) ? await readUnimported(job.folder) : null;
    return made ?? this.#task({ kind: 'derive', folder: job.folder });
  }

  /** The document of the rows that are uncertain, as the journal has them now. */
  async uncertainFile(jobId: string): Promise<UncertainFile> {
    const { folder } = await this.#find(jobId);
    return this.#task({ kind: 'deriveUncertain', folder });
  }

  /** Resolves when a job of this process has ended and its documents are made; at once for all others. */
  whenEnded(jobId: string): Promise<void> {
    return this.#queue.whenEnded(jobId);
  }

  /** Writes the rows of a text file as an Excel workbook, all cells text. Throws `ExpectedError`. */
  async saveWorkbook(request: WorkbookRequest): Promise<void> {
    await this.#task({ kind: 'saveWorkbook', request });
  }

  /** Removes the jobs whose days are over; done by itself every hour. */
  async tidy(): Promise<void> {
    const { jobsFolder, retentionDays, log } = this.#options;
    try {
      const removed = await removeExpired(jobsFolder, retentionDays(), this.#ages.now());
      if (removed.length > 0) await this.store.refresh();
    } catch (error) {
      log('warn', `tidying: ${String(error)}`);
    }
  }

  /**
   * Ends what runs here. Jobs that had not ended are interrupted; their journals are whole. Requests under way may still
   * be decided for so many milliseconds; those that are not are looked into when the job goes on.
   */
  async dispose(leaveMs = 0): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#tidying);
    await this.#queue.dispose(leaveMs);
    this.store.dispose();
  }

  async #submit(
    target: JobTarget,
    create: (job: {
      readonly folder: string;
      readonly id: string;
      readonly submittedAt: number;
    }) => Promise<null>,
  ): Promise<string> {
    const { jobsFolder, log } = this.#options;
    await mkdir(jobsFolder, { recursive: true });
    await this.store.refresh();
    const submittedAt = this.#timeOf(target);
    const id = newJobId(submittedAt);
    const folder = jobFolder(jobsFolder, id);
    const ownership = await acquire(jobKey(folder));
    if (!ownership) throw new Error('a new job is owned already');
    try {
      await create({ folder, id, submittedAt });
    } catch (error) {
      await ownership.release();
      throw error;
    }
    log('info', `${id}: submitted`);
    this.#queue.add({ id, folder, target, ownership });
    await this.store.refresh();
    return id;
  }

  /** Later than what waits for the same target: who comes first is served first, also when the clock was set back. */
  #timeOf(target: JobTarget): number {
    const { now = Date.now } = this.#options;
    const before = this.store
      .jobs()
      .filter((job) => !isOver(job) && targetKey(job.definition.target) === targetKey(target))
      .map(({ definition }) => definition.submittedAt + 1);
    return Math.max(now(), ...before);
  }

  async #find(jobId: string): Promise<ImportJob> {
    await this.store.refresh();
    const job = this.store.get(jobId);
    if (!job) throw new ExpectedError({ code: 'job.notFound' });
    return job;
  }

  async #canSignIn({ definition: { target } }: ImportJob): Promise<boolean> {
    try {
      await this.#options.transportFor(target);
      return true;
    } catch (error) {
      if (error instanceof ExpectedError) return false;
      throw error;
    }
  }

  /** Queues a job here unless somebody owns it. */
  async #takeUp({ id, folder, definition: { target } }: ImportJob): Promise<boolean> {
    const ownership = await acquire(jobKey(folder));
    if (!ownership) return false;
    this.#options.log('info', `${id}: taken up`);
    this.#queue.add({ id, folder, target, ownership });
    await this.store.refresh();
    return true;
  }

  #askParts(): AskParts {
    return { queue: this.#queue, store: this.store, log: this.#options.log };
  }

  #task<K extends WorkerTask['kind']>(
    task: Extract<WorkerTask, { readonly kind: K }>,
    options: Omit<HostOptions, 'log'> = {},
  ): Promise<TaskResults[K]> {
    const { workerFile, log } = this.#options;
    options.signal?.throwIfAborted();
    return startTask(workerFile, task, { ...options, log }).result;
  }
}

function taskOptions(
  onProgress: ((rows: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Omit<HostOptions, 'log'> {
  return { ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) };
}

/** What `derive` wrote, or null. Written by ourselves into our own folder, whole or not at all. */
async function readUnimported(folder: string): Promise<UnimportedFile | null> {
  try {
    return JSON.parse(await readFile(path.join(folder, 'out', 'unimported.json'), 'utf8')) as UnimportedFile;
  } catch {
    return null;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
