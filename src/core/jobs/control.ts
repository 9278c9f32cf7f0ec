import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isFields, isOneOf } from './guards';
import { controlPath, syncFolder } from './jobFolder';
import { isRowRanges } from './readRecord';
import { ANSWERS } from './records';
import type { DecisionAnswer } from './records';
import type { RowRange } from './runs';

/** What a person may ask of a job that someone else owns. */
export type ControlRequest = 'stop' | 'cancel';

/** What a person says of uncertain rows. It holds for those of them that nobody has answered for yet. */
export interface Decision {
  readonly answer: DecisionAnswer;
  readonly rows: readonly RowRange[] | 'all';
}

export interface LeftDecisions {
  /** What they are called, for `dropDecisions`. */
  readonly names: readonly string[];
  /** In the order in which they were made. */
  readonly decisions: readonly Decision[];
  /** Names of files that hold no decision of ours (any more); nothing is done for them. */
  readonly damaged: readonly string[];
}

/**
 * Leaves a request in the job's folder, where its owner finds it. Any process may. It survives a power cut when this
 * resolves.
 */
export async function leaveRequest(folder: string, request: ControlRequest): Promise<void> {
  await leave(folder, `${request}.${process.pid}-${random()}`, '');
}

/** The same for a decision. Leaving it twice changes nothing more. */
export async function leaveDecision(
  folder: string,
  { answer, rows }: Decision,
  now = Date.now(),
): Promise<void> {
  // Later than those that are there, even when the clock was set back in between.
  const times = (await namesOfDecisions(folder)).map(({ time }) => time + 1);
  const time = Math.max(now, ...times);
  await leave(folder, `decide.${time}-${random()}.json`, JSON.stringify({ answer, rows }));
}

/** What was asked so far; `lost` when the folder is gone. Cancel weighs more than stop. */
export async function readRequests(folder: string): Promise<ControlRequest | 'lost' | null> {
  try {
    const names = await readdir(controlPath(folder));
    if (names.some((name) => name.startsWith('cancel.'))) return 'cancel';
    return names.some((name) => name.startsWith('stop.')) ? 'stop' : null;
  } catch {
    // The control folder alone may be missing (a copy without empty folders): nothing was asked then.
    return (await stat(folder).catch(() => null)) ? null : 'lost';
  }
}

/** The decisions made so far. System errors other than that there are none as they come. */
export async function readDecisions(folder: string): Promise<LeftDecisions> {
  const decisions: Decision[] = [];
  const damaged: string[] = [];
  const names: string[] = [];
  for (const { name } of await namesOfDecisions(folder)) {
    const text = await readFile(path.join(controlPath(folder), name), 'utf8').catch((error: unknown) => {
      if (isGone(error)) return null;
      throw error;
    });
    // Its owner has carried it out in between.
    if (text === null) continue;
    const decision = parseDecision(text);
    if (decision === null) {
      damaged.push(name);
      continue;
    }
    names.push(name);
    decisions.push(decision);
  }
  return { names, decisions, damaged };
}

/** Takes away decisions that have been carried out: they must not hold for rows that become uncertain once more. */
export async function dropDecisions(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(path.join(controlPath(folder), name), { force: true });
  // A name that comes back after a power cut is of an answer that the journal has already.
  if (names.length > 0) await syncFolder(controlPath(folder)).catch(() => undefined);
}

const DECISION_NAME = /^decide\.(\d{1,16})-[0-9a-f]+\.json$/;

/** Oldest first. */
async function namesOfDecisions(folder: string): Promise<{ readonly name: string; readonly time: number }[]> {
  const names = await readdir(controlPath(folder)).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const digits = DECISION_NAME.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, time: Number(digits) }];
    })
    .sort((a, b) => a.time - b.time || (a.name < b.name ? -1 : 1));
}

function parseDecision(text: string): Decision | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(value) || !isOneOf(ANSWERS, value.answer)) return null;
  const { answer, rows } = value;
  return rows === 'all' || isRowRanges(rows) ? { answer, rows } : null;
}

/** Who reads the folder sees the file whole or not at all. */
async function leave(folder: string, name: string, text: string): Promise<void> {
  const control = controlPath(folder);
  // A copy of a job without its empty folders has none.
  await mkdir(control).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  const part = path.join(control, `part.${random()}`);
  try {
    const file = await open(part, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path.join(control, name));
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(control);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function random(): string {
  return randomBytes(4).toString('hex');
}

/** What was asked of a job, and the wish to hear of it. */
export interface Control {
  /** The first thing asked; a later cancel outweighs a stop. Stays once set. */
  readonly asked: ControlRequest | 'lost' | null;
  /** Looks in the folder now. */
  look(): Promise<ControlRequest | 'lost' | null>;
  /** Waits for `work`, or until something was asked: then null. The work goes on meanwhile. */
  orAsked<T>(work: Promise<T>): Promise<T | null>;
}

/**
 * The owner's ear: looks at the folder when the system says that something has changed in it, at short intervals besides
 * (not every system or drive says so), and at once when poked from within the same process.
 */
export class ControlWatch implements Control {
  readonly #folder: string;
  readonly #interval: number;
  readonly #waiting = new Set<() => void>();
  #asked: ControlRequest | 'lost' | null = null;
  #timer: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | null = null;
  #looking: Promise<unknown> | null = null;
  #lookAgain = false;
  #closed = false;

  constructor(folder: string, intervalMs = 100) {
    this.#folder = folder;
    this.#interval = intervalMs;
    this.#listen();
    this.#schedule();
  }

  get asked(): ControlRequest | 'lost' | null {
    return this.#asked;
  }

  poke(request: ControlRequest): void {
    this.#hear(request);
  }

  /**
   * The owner is about to end: as when the folder is gone, the request under way is decided, and nothing comes after it.
   */
  leave(): void {
    this.#hear('lost');
  }

  async look(): Promise<ControlRequest | 'lost' | null> {
    this.#hear(await readRequests(this.#folder));
    return this.#asked;
  }

  orAsked<T>(work: Promise<T>): Promise<T | null> {
    if (this.#asked !== null) return Promise.resolve(null);
    // Not a race against one long-lived promise: that would keep every answer in memory until the end of the job.
    return new Promise((resolve, reject) => {
      const wake = () => resolve(null);
      this.#waiting.add(wake);
      work.then(resolve, reject).finally(() => this.#waiting.delete(wake));
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    this.#watcher = null;
  }

  #hear(request: ControlRequest | 'lost' | null): void {
    if (request === null || this.#asked === 'lost' || (this.#asked === 'cancel' && request === 'stop'))
      return;
    this.#asked = request;
    for (const wake of this.#waiting) wake();
  }

  /** A watch that can't be had, or breaks, leaves the intervals. */
  #listen(): void {
    try {
      const watcher = watch(controlPath(this.#folder), { persistent: false }, () => this.#lookSoon());
      watcher.on('error', () => watcher.close());
      this.#watcher = watcher;
    } catch {
      this.#watcher = null;
    }
  }

  /** News that comes while the folder is being read may not be in what was read. */
  #lookSoon(): void {
    if (this.#closed) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#lookAgain = false;
    this.#looking = this.look().finally(() => {
      this.#looking = null;
      if (this.#lookAgain) this.#lookSoon();
    });
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      void this.look().finally(() => {
        if (!this.#closed) this.#schedule();
      });
    }, this.#interval);
    this.#timer.unref();
  }
}
