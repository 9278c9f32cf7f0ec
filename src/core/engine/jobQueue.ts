import type { Transport } from '../endpoints/transport';
import { ControlWatch, readDecisions } from '../jobs/control';
import type { ControlRequest } from '../jobs/control';
import type { JobTarget } from '../jobs/job';
import type { JobStore } from '../jobs/jobStore';
import { acquire, jobKey, targetKey } from '../jobs/ownership';
import type { Ownership } from '../jobs/ownership';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import { recordCanceled } from './abandonedJob';
import { startTask } from './workerHost';
import type { Log, RunningTask } from './workerHost';
import type { RunSummary } from './runInJournal';

/** A job that this process owns. */
export interface OwnedJob {
  readonly id: string;
  readonly folder: string;
  readonly target: JobTarget;
  readonly ownership: Ownership;
}

export interface QueueOptions {
  readonly workerFile: string;
  readonly store: JobStore;
  transportFor(target: JobTarget): Promise<Transport>;
  readonly log: Log;
}

interface Waiting extends OwnedJob {
  readonly watch: ControlWatch;
}

interface Running {
  ended: Promise<void>;
  task: RunningTask<RunSummary> | null;
  asked: ControlRequest | null;
}

/** How often a waiting job looks whether its turn has come, as another process may have had it. */
const LOOK_MS = 200;

/**
 * Runs this process's jobs, oldest first and one per app at a time over all windows and command lines: a job's turn is a
 * lock of the target that the operating system frees.
 */
export class JobQueue {
  readonly #options: QueueOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #running = new Map<string, Running>();
  readonly #troubles = new Map<string, Message>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #disposed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(job: OwnedJob): void {
    this.#troubles.delete(job.id);
    this.#waiting.set(job.id, { ...job, watch: new ControlWatch(job.folder) });
    this.look();
  }

  /** Why a job of this process was left as it was, when it was. */
  trouble(jobId: string): Message | null {
    return this.#troubles.get(jobId) ?? null;
  }

  /** Whether the job runs or waits in this process. */
  has(jobId: string): boolean {
    return this.#waiting.has(jobId) || this.#running.has(jobId);
  }

  /** Tells a job of this process what its control folder says as well, so that it hears at once. */
  poke(jobId: string, request: ControlRequest): void {
    this.#waiting.get(jobId)?.watch.poke(request);
    const running = this.#running.get(jobId);
    if (running) {
      running.asked = request;
      running.task?.poke(request);
    }
    this.look();
  }

  /** Resolves when the job no longer runs in this process. */
  async whenEnded(jobId: string): Promise<void> {
    await this.#running.get(jobId)?.ended;
  }

  /** Starts what may start now. */
  look(): void {
    if (this.#disposed) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#lookOnce()
      .catch((error: unknown) => this.#options.log('error', `queue: ${String(error)}`))
      .finally(() => {
        this.#looking = null;
        if (this.#disposed || this.#waiting.size === 0) return;
        if (this.#lookAgain) this.look();
        else this.#timer = setTimeout(() => this.look(), LOOK_MS);
      });
  }

  /**
   * Ends the worker threads and gives everything free; jobs that had not ended are interrupted. Requests under way may
   * still be decided for so many milliseconds.
   */
  async dispose(leaveMs = 0): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    for (const job of this.#waiting.values()) await letGo(job);
    this.#waiting.clear();
    const running = [...this.#running.values()];
    if (leaveMs > 0) {
      for (const { task } of running) task?.leave();
      await settledWithin(Promise.all(running.map(({ ended }) => ended)), leaveMs);
    }
    await Promise.all(running.flatMap(({ task }) => (task ? [task.terminate()] : [])));
    await Promise.all(running.map(({ ended }) => ended));
  }

  async #lookOnce(): Promise<void> {
    this.#lookAgain = false;
    const { store } = this.#options;
    await store.refresh();
    for (const job of [...this.#waiting.values()]) {
      if (this.#disposed) return;
      const asked = job.watch.asked;
      const view = store.get(job.id);
      // A job that has sent something ends in its own way: its requests without an answer are looked after first.
      if (asked === 'lost' || (asked !== null && view?.canCancel !== false)) await this.#withdraw(job);
      else if (!view) {
        // Not seen can be not readable for a moment; only what is gone is given up.
        if ((await job.watch.look()) !== null) await this.#withdraw(job);
      } else if (view.phase.kind !== 'queued' || view.phase.ahead === 0) await this.#tryStart(job);
    }
  }

  async #tryStart(job: Waiting): Promise<void> {
    const turn = await acquire(targetKey(job.target));
    if (!turn) return;
    this.#waiting.delete(job.id);
    job.watch.close();
    const { asked } = job.watch;
    const running: Running = {
      task: null,
      asked: asked === 'lost' ? null : asked,
      ended: Promise.resolve(),
    };
    running.ended = this.#run(job, turn, running).catch((error: unknown) =>
      this.#options.log('error', `${job.id}: ${textOf(error)}`),
    );
    this.#running.set(job.id, running);
  }

  async #run(job: OwnedJob, turn: Ownership, running: Running): Promise<void> {
    const { log, store, workerFile } = this.#options;
    let wentWell = false;
    try {
      await this.#tellDamage(job);
      const { transport, refusal } = await this.#signIn(job.target);
      if (this.#isDisposed()) return;
      const task = startTask(
        workerFile,
        { kind: 'run', folder: job.folder, ...(refusal ? { refusal } : {}) },
        {
          ...(transport ? { transport } : {}),
          onJournal: () => void store.refresh(),
          onBlocked: (code) => store.setBlocked(job.id, code),
          log,
        },
      );
      running.task = task;
      if (running.asked) task.poke(running.asked);
      const [result] = await Promise.allSettled([task.result, task.ended]);
      wentWell = result.status === 'fulfilled';
      if (result.status === 'rejected' && !this.#isDisposed()) this.#complain(job, result.reason);
    } finally {
      // In this order: who sees the job without an owner sees its turn free as well.
      await turn.release();
      await job.ownership.release();
      this.#running.delete(job.id);
      await store.refresh();
      if (wentWell) await this.#takeUpAgain(job);
      this.look();
    }
  }

  /** Somebody may have answered for uncertain rows after the owner had looked for the last time. */
  async #takeUpAgain({ id, folder, target }: OwnedJob): Promise<void> {
    const { canDecide, canResume } = this.#options.store.get(id) ?? {};
    if (this.#disposed || canDecide !== true || canResume !== true) return;
    const ownership = await acquire(jobKey(folder));
    if (ownership) this.add({ id, folder, target, ownership });
  }

  /** What a person has said and can't be read is not carried out; it stays where it is. */
  async #tellDamage({ id, folder }: OwnedJob): Promise<void> {
    const left = await readDecisions(folder).catch(() => null);
    for (const name of left?.damaged ?? [])
      this.#options.log('warn', `${id}: control/${name} holds no answer that can be read`);
  }

  #complain({ id }: OwnedJob, reason: unknown): void {
    const expected = reason instanceof ExpectedError;
    if (expected) this.#troubles.set(id, reason.detail);
    this.#options.log(
      expected ? 'warn' : 'error',
      `${id}: ${expected ? reason.detail.code : textOf(reason)}`,
    );
  }

  #isDisposed(): boolean {
    return this.#disposed;
  }

  /** A job that can't sign in fails with the reason, in its journal like any other. */
  async #signIn(target: JobTarget): Promise<{ transport?: Transport; refusal?: Message }> {
    try {
      return { transport: await this.#options.transportFor(target) };
    } catch (error) {
      if (error instanceof ExpectedError) return { refusal: error.detail };
      this.#options.log('error', textOf(error));
      return {
        refusal: {
          code: 'job.unexpected',
          args: { detail: error instanceof Error ? error.name : 'unknown' },
        },
      };
    }
  }

  /** Canceled, or taken away, before its turn came. */
  async #withdraw(job: Waiting): Promise<void> {
    this.#waiting.delete(job.id);
    try {
      if (job.watch.asked !== 'lost') await recordCanceled(job.folder);
    } finally {
      await letGo(job);
      await this.#options.store.refresh();
    }
  }
}

async function settledWithin(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function letGo({ watch, ownership }: Waiting): Promise<void> {
  watch.close();
  await ownership.release();
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
