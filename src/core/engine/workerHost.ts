import { Worker } from 'node:worker_threads';
import type { Transport } from '../endpoints/transport';
import type { ControlRequest } from '../jobs/control';
import { ExpectedError } from '../message';
import { exchange } from './wireTransport';
import type { FromWorker, TaskResults, ToWorker, WireRequest, WorkerTask } from './workerMessages';

export type Log = (level: 'error' | 'warn' | 'info' | 'debug', text: string) => void;

export interface HostOptions {
  /** Signed in; for tasks that reach an endpoint. */
  readonly transport?: Transport;
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
  readonly onJournal?: () => void;
  readonly onBlocked?: (code: string | null) => void;
  readonly log: Log;
}

/** A task at work in a thread of its own. */
export interface RunningTask<T> {
  /** Rejects with `ExpectedError`, with the signal's reason, or with an `Error` for a crash or a bug of ours. */
  readonly result: Promise<T>;
  /** Settles when the thread is gone, however it ended. */
  readonly ended: Promise<void>;
  poke(request: ControlRequest): void;
  /** Has a job end after the request under way, so that it goes on from there another time. */
  leave(): void;
  terminate(): Promise<void>;
}

/** A million rows, or a workbook's table of shared strings, fit; a runaway task can't take the editor down. */
const LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 } as const;

/** Starts a worker thread for one task, and does its exchanges over the network for it. */
export function startTask<K extends WorkerTask['kind']>(
  workerFile: string,
  task: Extract<WorkerTask, { readonly kind: K }>,
  options: HostOptions,
): RunningTask<TaskResults[K]> {
  const { transport, signal, log } = options;
  const worker = new Worker(workerFile, { workerData: task, resourceLimits: LIMITS, env: {}, execArgv: [] });
  const requests = new Map<number, AbortController>();
  const post = (message: ToWorker, transfer: ArrayBuffer[] = []) => worker.postMessage(message, transfer);

  const answer = async (request: WireRequest) => {
    if (!transport) throw new Error(`task ${task.kind} has no transport`);
    const abort = new AbortController();
    requests.set(request.id, abort);
    const reply = await exchange(transport, request, abort.signal, {
      onBug: (error) => log('error', textOf(error)),
      onBytes: (bytes) => post({ type: 'bytes', id: request.id, bytes }),
    });
    requests.delete(request.id);
    post({ type: 'reply', id: request.id, reply }, reply.kind === 'response' ? [bufferOf(reply.body)] : []);
  };

  const result = new Promise<TaskResults[K]>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'request':
          answer(message.request).catch((error: unknown) => log('error', textOf(error)));
          break;
        case 'abortRequest':
          requests.get(message.id)?.abort();
          break;
        case 'progress':
          options.onProgress?.(message.rows);
          break;
        case 'journal':
          options.onJournal?.();
          break;
        case 'blocked':
          options.onBlocked?.(message.code);
          break;
        case 'log':
          log(message.level, message.text);
          break;
        case 'result':
          // Both ends are of one build: the task's kind decides the type of its result.
          resolve(message.value as TaskResults[K]);
          break;
        case 'failed':
          reject(new ExpectedError(message.detail));
          break;
        case 'bug':
          reject(new Error(message.text));
          break;
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      for (const request of requests.values()) request.abort();
      reject(new ExpectedError({ code: 'job.workerLost' }));
    });
    signal?.addEventListener('abort', () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      void worker.terminate();
    });
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    result,
    ended,
    poke: (request) => post({ type: 'poke', request }),
    leave: () => post({ type: 'leave' }),
    terminate: async () => {
      await worker.terminate();
    },
  };
}

function bufferOf({ buffer }: Uint8Array): ArrayBuffer {
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError('a shared buffer can’t be handed over');
  return buffer;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
