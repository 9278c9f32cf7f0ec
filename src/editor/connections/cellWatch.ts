import type { CellImportState } from '../../core/endpoints/cellSnapshots';
import { isCellImport, type ImportJob } from '../../core/jobs/job';
import { ExpectedError, type Message } from '../../core/message';
import { isLive } from '../views/jobFacts';

/** What is shown of a cell's last import; nothing while the cell is ready for one. */
export type CellStatus =
  /** One of our own: what is known comes from its job. */
  | { readonly kind: 'job'; readonly job: ImportJob }
  | Extract<CellImportState, { readonly kind: 'running' | 'failed' | 'failedWithoutDetails' }>
  /** `message`: why, where that can be told; `last`: the run as it was seen before. */
  | { readonly kind: 'notKnown'; readonly message: Message | null; readonly last: Running | null };

type Running = Extract<CellImportState, { readonly kind: 'running' }>;

type Reading =
  | Exclude<CellImportState, { readonly kind: 'notKnown' }>
  | { readonly kind: 'notKnown'; readonly message: Message | null };

export interface WatchedCell {
  readonly connectionId: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

/** `hidden`: nobody can see it, nothing is asked. */
export type WatchPace = 'focused' | 'unfocused' | 'hidden';

export interface CellWatchOptions {
  readonly read: (connectionId: string, signal: AbortSignal) => Promise<CellImportState>;
  /** Whether a cell must be left alone now: each request in flight can make it refuse an import. */
  readonly isQuiet: (connectionId: string) => boolean;
  readonly jobs: () => readonly ImportJob[];
  /** Told after the status of a cell has become another, or none. */
  readonly onChange: (connectionId: string, before: CellStatus | undefined) => void;
  readonly timers?: Timers;
  /** In [0, 1), for the jitter. */
  readonly random?: () => number;
}

export interface Timers {
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

interface Watch {
  readonly cell: WatchedCell;
  status: CellStatus | undefined;
  /** Readings in a row that told nothing. */
  failures: number;
  timer: unknown;
  reading: AbortController | undefined;
}

/**
 * Follows the import status of cells while somebody can see it: one reading at a time for each, faster while something
 * runs, ever slower while nothing can be learned. Where an import of this machine runs, its job is asked instead.
 */
export class CellWatch {
  readonly #options: CellWatchOptions;
  readonly #timers: Timers;
  readonly #watches = new Map<string, Watch>();
  #pace: WatchPace = 'hidden';

  constructor(options: CellWatchOptions) {
    this.#options = options;
    this.#timers = options.timers ?? SYSTEM_TIMERS;
  }

  /** The cells that are shown; others are forgotten. */
  setCells(cells: readonly WatchedCell[]): void {
    for (const watch of [...this.#watches.values()]) {
      const kept = cells.some((cell) => isSame(cell, watch.cell));
      if (!kept) {
        this.#rest(watch);
        this.#watches.delete(watch.cell.connectionId);
      }
    }
    for (const cell of cells) {
      if (this.#watches.has(cell.connectionId)) continue;
      const watch: Watch = { cell, status: undefined, failures: 0, timer: undefined, reading: undefined };
      this.#watches.set(cell.connectionId, watch);
      this.#start(watch);
    }
  }

  setPace(pace: WatchPace): void {
    if (pace === this.#pace) return;
    this.#pace = pace;
    for (const watch of this.#watches.values()) this.#start(watch);
  }

  /** Takes in that imports of this machine have changed. */
  jobsChanged(): void {
    for (const watch of this.#watches.values()) {
      const job = this.#jobOf(watch.cell);
      const was = watch.status?.kind === 'job';
      if (job !== undefined) {
        this.#rest(watch);
        this.#take(watch, { kind: 'job', job });
      } else if (was) this.#start(watch);
      else if (watch.reading !== undefined && this.#options.isQuiet(watch.cell.connectionId))
        this.#start(watch);
    }
  }

  /** Asks all cells at once. */
  askNow(): void {
    for (const watch of this.#watches.values()) {
      watch.failures = 0;
      this.#start(watch);
    }
  }

  status(connectionId: string): CellStatus | undefined {
    return this.#watches.get(connectionId)?.status;
  }

  dispose(): void {
    this.setCells([]);
  }

  #start(watch: Watch): void {
    this.#rest(watch);
    const job = this.#jobOf(watch.cell);
    if (job !== undefined) this.#take(watch, { kind: 'job', job });
    else if (this.#pace !== 'hidden') void this.#ask(watch);
  }

  #rest(watch: Watch): void {
    this.#timers.clear(watch.timer);
    watch.timer = undefined;
    watch.reading?.abort();
    watch.reading = undefined;
  }

  async #ask(watch: Watch): Promise<void> {
    const { connectionId } = watch.cell;
    if (this.#options.isQuiet(connectionId)) {
      watch.timer = this.#timers.set(() => this.#start(watch), QUIET_MS);
      return;
    }
    const reading = new AbortController();
    watch.reading = reading;
    const state = await this.#read(connectionId, reading.signal);
    // Called off meanwhile: another reading counts, or none.
    if (watch.reading !== reading) return;
    watch.reading = undefined;
    watch.failures = state.kind === 'notKnown' ? watch.failures + 1 : 0;
    watch.timer = this.#timers.set(() => this.#start(watch), this.#pause(state, watch.failures));
    this.#take(watch, statusOf(state, watch.status));
  }

  async #read(connectionId: string, signal: AbortSignal): Promise<Reading> {
    try {
      return await this.#options.read(connectionId, signal);
    } catch (error) {
      return { kind: 'notKnown', message: error instanceof ExpectedError ? error.detail : null };
    }
  }

  #take(watch: Watch, status: CellStatus | undefined): void {
    const before = watch.status;
    watch.status = status;
    if (JSON.stringify(before) !== JSON.stringify(status)) {
      this.#options.onChange(watch.cell.connectionId, before);
    }
  }

  #jobOf({ baseUrl }: WatchedCell): ImportJob | undefined {
    return this.#options
      .jobs()
      .find(
        (job) => isCellImport(job.definition) && job.definition.target.baseUrl === baseUrl && isLive(job),
      );
  }

  #pause(state: Reading, failures: number): number {
    const { random = Math.random } = this.#options;
    const unfocused = this.#pace === 'unfocused';
    const [fast, slow] = PAUSES[state.kind];
    const steady = unfocused ? slow : fast;
    const backedOff = Math.min(MOST_MS, steady * 2 ** Math.max(0, failures - 1));
    return Math.round((failures === 0 ? steady : backedOff) * (0.8 + 0.4 * random()));
  }
}

/** Milliseconds between two readings, with the focus and without it. */
const PAUSES: Readonly<Record<CellImportState['kind'], readonly [fast: number, slow: number]>> = {
  running: [2_000, 10_000],
  ready: [20_000, 120_000],
  failed: [20_000, 120_000],
  failedWithoutDetails: [20_000, 120_000],
  notKnown: [5_000, 15_000],
};
const MOST_MS = 300_000;
/** A request that starts an import waits some seconds at the most. */
const QUIET_MS = 2_000;

const SYSTEM_TIMERS: Timers = {
  set: (run, ms) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return timer;
  },
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

function statusOf(state: Reading, before: CellStatus | undefined): CellStatus | undefined {
  switch (state.kind) {
    case 'ready':
      return undefined;
    case 'running':
    case 'failed':
    case 'failedWithoutDetails':
      return state;
    case 'notKnown': {
      const last = lastRun(before);
      return last === null && isForbidden(state.message) ? undefined : { ...state, last };
    }
  }
}

/** Most accounts may never ask: only one that could is told that it can't for the moment. */
function isForbidden(message: Message | null): boolean {
  return /\(PR403-AU-\d{4}\)/.test(message?.verbatim ?? '');
}

function lastRun(before: CellStatus | undefined): Running | null {
  if (before?.kind === 'running') return before;
  return before?.kind === 'notKnown' ? before.last : null;
}

function isSame(one: WatchedCell, other: WatchedCell): boolean {
  return one.connectionId === other.connectionId && one.baseUrl === other.baseUrl;
}
