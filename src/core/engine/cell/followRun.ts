import type { CellImportState, CellSnapshots } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import { wholePercent } from './cellContext';
import { comparable, differences } from './compareContents';
import type { FollowedRun, FollowParts, RunEnd, RunNews } from './followedRun';
import { pollMs } from './pollInterval';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So long a cell has to be free, or readable answers to be missing, before an end is believed that nobody has seen. */
const GRACE_MS = 30_000;
/** A run that nobody has seen begins within this time when no answer came to its order … */
const LOST_START_MS = 10 * MINUTE_MS;
/** … but once the order was accepted it may wait long in the server's queue, or hide behind an older failure or a lock. */
const NEVER_SEEN_MS = 12 * HOUR_MS;
/** Without any usable answer for so long, the run is given up. */
const NOTHING_KNOWN_MS = 2 * HOUR_MS;
/** After so many answers in a row that told nothing, it is asked in another way whether the cell has failed. */
const FAILURE_LOOK = 3;
/** So many times in a row `ready` has to be said where a cell that was locked does not tell that it takes writes. */
const LASTING_READY = 10;
/** Contents are counted no more often. */
const COUNT_EVERY_MS = 10_000;

/**
 * Follows a run to its end, and believes in an end only by proof. `ready` says that no run is shown: before one begins as
 * well as after it has ended well. So `ready` is the end when it is said twice in a row, the cell does not refuse writes
 * because of an import, and one of these is known:
 *
 * 1. the run was shown: under our snapshot's name, begun after every run that was known before ours was ordered;
 * 2. the order was accepted, and the cell was seen to refuse writes because of an import, and takes them now (or `ready`
 *    is said ten times in a row, where it does not tell that);
 * 3. the order was accepted while the cell's status was `import failed`, which only an import that ended well clears;
 * 4. the order was accepted, and the cell has taken writes at every look for half a minute: it refuses them from before
 *    the order is answered until the run has ended;
 * 5. the cell holds exactly what the snapshot holds, as far as can be counted, and it was seen to hold something else
 *    before, or, with an accepted order, it takes writes.
 *
 * An order whose answer was lost may never have begun, and an import that is seen then may be somebody else's: for it
 * only 1 and 5 (in its first form) are proof. Where the sign-in is not taken any more, a cell that takes writes has
 * neither failed nor is it being imported, so that 1, 2 and 4 hold without a `ready` after half a minute; and one that has
 * failed says so to everybody.
 *
 * A failure is ours unless it is one that was known before. Per cents say nothing about the end, whatever they are. All
 * other answers mean that nothing is known for the moment. Without any proof the end is uncertain, never an end.
 */
export class RunFollower {
  readonly #run: FollowedRun;
  readonly #parts: FollowParts;
  readonly #began: number;
  #startedAt: number | null;
  #locked: boolean;
  #percent: number | null;
  #told: string;
  #readyInARow = 0;
  /** Since when every look found that the cell takes writes. */
  #freeSince: number | null = null;
  #knownAt: number;
  /** When the run was last shown, and when that or an import's lock was; at first, when it began to be followed. */
  #shownAt: number;
  #tracedAt: number;
  #notKnownInARow = 0;
  #unreachable = false;
  #countedAt: number | null = null;

  constructor(run: FollowedRun, parts: FollowParts) {
    this.#run = run;
    this.#parts = parts;
    this.#began = parts.clock.monotonic();
    this.#knownAt = this.#began;
    this.#shownAt = this.#began;
    this.#tracedAt = this.#began;
    this.#startedAt = run.startedAt;
    this.#locked = run.locked;
    this.#percent = run.percent;
    this.#told = '';
  }

  async toEnd(): Promise<RunEnd> {
    const { clock } = this.#parts;
    for (;;) {
      const elapsed = clock.monotonic() - this.#began;
      await clock.sleep(pollMs(elapsed, this.#notKnownInARow, clock.random()));
      await this.#parts.assertThere();
      const end = await this.#look();
      if (end !== null) return end;
    }
  }

  async #look(): Promise<RunEnd | null> {
    const state = await this.#state();
    if (state.kind !== 'notKnown') {
      this.#knownAt = this.#parts.clock.monotonic();
      this.#notKnownInARow = 0;
    }
    if (state.kind !== 'ready') this.#readyInARow = 0;
    switch (state.kind) {
      case 'running':
        return this.#onRunning(state);
      case 'failed':
      case 'failedWithoutDetails':
        return this.#onFailed(state);
      case 'ready':
        return this.#onReady();
      case 'notKnown':
        return this.#onNotKnown(state.message);
    }
  }

  async #state(): Promise<CellImportState> {
    try {
      return await this.#parts.cell.importState();
    } catch (error) {
      // The sign-in itself may fail while accounts are being replaced.
      if (error instanceof ExpectedError) return { kind: 'notKnown', message: error.detail };
      throw error;
    }
  }

  async #onRunning({
    name,
    startedAt,
    percent,
  }: CellImportState & { kind: 'running' }): Promise<RunEnd | null> {
    this.#freeSince = null;
    this.#unreachable = false;
    this.#shownAt = this.#tracedAt = this.#parts.clock.monotonic();
    const isOurs =
      name === this.#run.snapshot &&
      (this.#startedAt === null ? startedAt > (this.#run.after ?? -1) : startedAt === this.#startedAt);
    if (!isOurs) return overtaken(name);
    this.#startedAt = startedAt;
    this.#percent = wholePercent(percent);
    await this.#tell();
    return null;
  }

  async #onFailed(
    state: CellImportState & { kind: 'failed' | 'failedWithoutDetails' },
  ): Promise<RunEnd | null> {
    this.#freeSince = null;
    const details = state.kind === 'failed' ? state : null;
    if (!this.#isNews(details)) {
      // While a failed cell is imported again, its old failure is shown on.
      await this.#tell({ code: 'job.cell.oldFailure', args: { hours: NEVER_SEEN_MS / HOUR_MS } });
      return this.#neverSeen();
    }
    const later = (details?.startedAt ?? NaN) - (this.#startedAt ?? NaN);
    if (details === null || later < 0) {
      return { kind: 'failed', message: { code: 'job.cell.failedUnknown' }, percent: this.#percent };
    }
    const { name, message, percent } = details;
    if ((name !== '' && name !== this.#run.snapshot) || later > 0) return overtaken(name);
    return { kind: 'failed', message, percent: percent === null ? this.#percent : wholePercent(percent) };
  }

  /** Whether a failure is none that was known before. */
  #isNews(failure: (CellImportState & { kind: 'failed' }) | null): boolean {
    const { failedBefore, after } = this.#run;
    const at = failure?.startedAt ?? null;
    // A run is shown only by a cell that has not failed, even where the file that tells of its failure can't be renewed.
    if (this.#startedAt !== null || !failedBefore) return true;
    // Without a time an old failure can't be told from a new one.
    return at !== null && (after === null || at > after);
  }

  async #onReady(): Promise<RunEnd | null> {
    const { start, failedBefore } = this.#run;
    const lock = await this.#lock();
    if (lock === 'importing') {
      this.#readyInARow = 0;
      this.#locked = true;
      await this.#tell();
      return this.#neverSeen(lock);
    }
    this.#readyInARow++;
    if (this.#readyInARow >= 2) {
      const cleared = start === 'accepted' && failedBefore;
      if (this.#startedAt !== null || cleared || this.#hasEndedByLock(lock)) return this.#ended(false);
      if (await this.#hasEndedByContents(lock)) return this.#ended(false);
    }
    await this.#tell(this.#notSeenYet());
    return this.#neverSeen();
  }

  async #onNotKnown(message: Message): Promise<RunEnd | null> {
    this.#notKnownInARow++;
    this.#unreachable ||= message.code.startsWith('network.') || Number(message.args?.status) >= 500;
    const lock = await this.#lock();
    const now = this.#parts.clock.monotonic();
    if (lock === 'importing') {
      this.#locked = true;
      // It runs: that is something known.
      this.#knownAt = now;
    }
    const lastingly = this.#freeSince !== null && now - this.#freeSince >= GRACE_MS;
    if (lastingly && (this.#startedAt !== null || this.#hasEndedByLock(lock))) return this.#ended(true);
    if (lock === 'unknown' && this.#notKnownInARow >= FAILURE_LOOK && (await this.#isFailedCell())) {
      return this.#onFailed({ kind: 'failedWithoutDetails' });
    }
    await this.#tell(message);
    const silent = now - this.#knownAt;
    if (silent < NOTHING_KNOWN_MS) return null;
    const args = { minutes: Math.round(silent / MINUTE_MS) };
    return {
      kind: 'uncertain',
      message: { code: 'job.cell.lostSight', args, phrases: { reason: message } },
    };
  }

  /** A cell that has failed refuses nearly everything for that reason, before it looks at who asks. */
  async #isFailedCell(): Promise<boolean> {
    try {
      await this.#parts.cell.list();
      return false;
    } catch (error) {
      if (error instanceof ExpectedError) return error.detail.code === 'personium.PR409-CM-0001';
      throw error;
    }
  }

  async #lock(): Promise<Lock> {
    const lock = await this.#parts.cell.lock(this.#run.snapshot).catch((error: unknown) => {
      if (error instanceof ExpectedError) return 'unknown' as const;
      throw error;
    });
    const now = this.#parts.clock.monotonic();
    if (takesWrites(lock)) this.#freeSince ??= now;
    else this.#freeSince = null;
    if (lock === 'importing') this.#tracedAt = now;
    return lock;
  }

  #hasEndedByLock(lock: Lock): boolean {
    if (this.#run.start !== 'accepted') return false;
    if (!takesWrites(lock) || this.#freeSince === null) {
      return this.#locked && this.#readyInARow >= LASTING_READY;
    }
    return this.#locked || this.#parts.clock.monotonic() - this.#freeSince >= GRACE_MS;
  }

  async #hasEndedByContents(lock: Lock): Promise<boolean> {
    const { otherBefore, start } = this.#run;
    const { clock, cell } = this.#parts;
    if (!otherBefore && !(start === 'accepted' && takesWrites(lock))) return false;
    const now = clock.monotonic();
    if (this.#countedAt !== null && now - this.#countedAt < COUNT_EVERY_MS) return false;
    this.#countedAt = now;
    try {
      const expected = await this.#parts.expected();
      if (expected === null) return false;
      const found = await cell.contents();
      if (!comparable(expected, found) || differences(expected, found).length > 0) return false;
    } catch (error) {
      if (error instanceof ExpectedError) return false;
      throw error;
    }
    // What was counted may have been half of a run that is shown only now.
    return (await this.#state()).kind === 'ready' && (await this.#lock()) !== 'importing';
  }

  /** Why nothing is shown, as long as no proof of a run is at hand. */
  #notSeenYet(): Message | undefined {
    if (this.#startedAt !== null || this.#locked) return undefined;
    return this.#run.start === 'lost'
      ? { code: 'job.cell.notShownLost', args: { minutes: LOST_START_MS / MINUTE_MS } }
      : { code: 'job.cell.notShown', args: { hours: NEVER_SEEN_MS / HOUR_MS } };
  }

  /** A run that hides behind a lock counts as one whose order was accepted: a lock may outlive its run for ever. */
  #neverSeen(lock: Lock = 'unknown'): RunEnd | null {
    const isLost = this.#run.start === 'lost' && lock !== 'importing';
    const ms = this.#parts.clock.monotonic() - (isLost ? this.#tracedAt : this.#shownAt);
    if (ms < (isLost ? LOST_START_MS : NEVER_SEEN_MS)) return null;
    const code = isLost ? 'job.cell.lostStart' : 'job.cell.neverSeen';
    return { kind: 'uncertain', message: { code, args: { minutes: Math.round(ms / MINUTE_MS) } } };
  }

  #ended(signedOut: boolean): RunEnd {
    return { kind: 'ended', signedOut, interrupted: this.#unreachable };
  }

  async #tell(notKnown?: Message): Promise<void> {
    const news: RunNews = {
      percent: this.#percent,
      ...(this.#startedAt === null ? {} : { startedAt: this.#startedAt }),
      ...(this.#locked ? { locked: true } : {}),
      ...(notKnown ? { notKnown } : {}),
    };
    const text = JSON.stringify(news);
    if (text === this.#told) return;
    await this.#parts.tell(news);
    this.#told = text;
  }
}

type Lock = Awaited<ReturnType<CellSnapshots['lock']>>;

/** A cell is exported only while it is not imported. */
function takesWrites(lock: Lock): boolean {
  return lock === 'free' || lock === 'exporting';
}

function overtaken(name: string): RunEnd {
  return { kind: 'uncertain', message: { code: 'job.cell.overtaken', args: { name } } };
}
