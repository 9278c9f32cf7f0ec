import type { Endpoint, RecentRecord, RecentRecords, RecordResult } from '../endpoints/endpoint';
import type { Twin } from '../jobs/records';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import type { TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import { ClaimedIds } from './claimedIds';
import type { Clock } from './clock';
import { IdGaps } from './idGaps';
import type { IdGap } from './idGaps';
import { calibrate, findRun, judgeRequest } from './readBack';
import type { Calibration } from './readBack';

type Records = readonly ImportRecord[];

export interface LookBackParts {
  readonly recent: RecentRecords;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly clock: Clock;
  /** Ids that this job's requests are known to have made, from before this process. */
  readonly claimed?: ClaimedIds;
}

/** Asks the endpoint, and again while it is merely busy; null when the folder of the job is lost. */
export type Asking = <T>(question: (signal: AbortSignal) => Promise<T>) => Promise<T | null>;

/** Records of one request, and what was there before it. */
interface Request {
  readonly records: Records;
  readonly highWater: string;
}

/** Records are read so many at a time. */
const READ_AT_A_TIME = 500;
/** As our requests make records; one that somebody has edited since is not taken back as ours. */
const FIRST_REVISION = '1';
/** Between two reads that have to agree, and how often they are made. */
const PAUSE_MS = 1000;
const MAX_READS = 8;

/**
 * Finds the records of lost requests by what they hold, among those with higher ids than the request found. One request
 * is under way at a time.
 */
export class LookBack {
  /** Records that the rows of requests may have become of which nothing certain was found, by ordinal of the row. */
  readonly candidates = new Map<number, readonly string[]>();
  readonly #parts: LookBackParts;
  readonly #claimed: ClaimedIds;
  readonly #lost: Request[] = [];
  readonly #gaps = new IdGaps();
  #highWater: string | null = null;
  #announced: string | null = null;
  #confirmed: (Request & { readonly ids: readonly string[] }) | null = null;
  #calibration: Calibration | null = null;
  #announcedAt = 0;
  /** Requests that have left in this process. */
  requests = 0;

  constructor(parts: LookBackParts) {
    this.#parts = parts;
    this.#claimed = parts.claimed ?? new ClaimedIds();
  }

  /** Before the first request: looks how far ids have come. False when the folder of the job is lost. */
  async begin(ask: Asking): Promise<boolean> {
    const { recent, schema } = this.#parts;
    const newest = await ask((signal) => recent.newest(schema.id, signal));
    if (newest === null) return false;
    // Of a job that was taken up: what has come since its last request was confirmed.
    if (this.#highWater !== null) this.#gaps.note(Number(this.#highWater), Number(newest) + 1);
    this.#raise(newest);
    return true;
  }

  /** What a request that is about to leave has to note: no record of an earlier one is known to have a higher id. */
  get highWater(): string {
    return this.#highWater ?? '0';
  }

  /** A request leaves. */
  announced(): void {
    this.requests++;
    this.#announced = this.highWater;
    this.#announcedAt = this.#parts.clock.monotonic();
  }

  /** The endpoint has said which records these became. */
  confirmed(records: Records, ids: readonly string[]): void {
    const highWater = this.#announced;
    const numbers = ids.filter((id) => id !== '').map(Number);
    if (numbers.length > 0) this.#gaps.confirmed(records, Number(this.highWater), Math.min(...numbers));
    for (const id of ids) this.#claim(id);
    if (highWater === null || records.length === 0) return;
    this.#confirmed = { records, ids, highWater };
  }

  /** Records that were found to be ours by something else than what they hold. */
  claim(ids: readonly string[]): void {
    for (const id of ids) this.#claim(id);
  }

  /**
   * What became of records that have been sent above `highWater` (of the last request, when absent), as much as can be
   * told after all that may still come has come. Null when the folder of the job is lost. Throws `ExpectedError`.
   */
  async find(
    ask: Asking,
    records: Records,
    because: Message,
    highWater = this.#announced,
  ): Promise<readonly RecordResult[] | null> {
    if (highWater === null) return null;
    const { layout, clock } = this.#parts;
    let before: string | null = null;
    for (let read = 0; read < MAX_READS; read++) {
      if (read > 0) await clock.sleep(PAUSE_MS);
      const recent = await this.#unclaimed(ask, highWater);
      if (recent === null) return null;
      this.#calibration = (await this.#calibrate(ask)) ?? this.#calibration;
      const seen = JSON.stringify(recent);
      if (seen === before) {
        const fate = judgeRequest(layout, records, recent, this.#calibration);
        if (fate.kind !== 'unknown') this.#lost.push({ records, highWater });
        return this.#results({ records, highWater }, fate, because);
      }
      before = seen;
    }
    return records.map(() => ({ kind: 'unknown', message: because }));
  }

  /** Keeps a lost request of before this process in mind for `twins`. */
  remember(records: Records, highWater: string): void {
    this.#lost.push({ records, highWater });
  }

  /** A request of before this process that was confirmed. */
  learnFrom(records: Records, ids: readonly string[], highWater: string): void {
    this.#confirmed ??= { records, ids, highWater };
  }

  /** What requests of before this process have left open: gaps between their ids, and the last that were confirmed. */
  learnGaps(gaps: readonly IdGap[], recent: readonly Records[], highest: number): void {
    for (const gap of gaps) this.#gaps.add(gap);
    this.#gaps.remember(recent);
    this.#raise(String(highest));
  }

  /** How long ago the last request left, in milliseconds; null when no lost one is kept in mind. */
  get sinceLastRequest(): number | null {
    return this.#lost.length === 0 ? null : this.#parts.clock.monotonic() - this.#announcedAt;
  }

  /**
   * Records that came to be twice: their request was taken for lost and its rows went again, or it was delivered twice.
   * Throws `ExpectedError`.
   */
  async twins(ask: Asking): Promise<readonly Twin[]> {
    const twins = await this.#twinsOfLost(ask);
    return [...twins, ...(await this.#twinsInGaps(ask))];
  }

  async #twinsOfLost(ask: Asking): Promise<Twin[]> {
    const [first] = this.#lost;
    if (first === undefined) return [];
    const low = this.#lost.reduce((least, { highWater }) => lower(least, highWater), first.highWater);
    const recent = await this.#unclaimed(ask, low);
    this.#calibration = (await this.#calibrate(ask)) ?? this.#calibration;
    return this.#lost.flatMap(({ records, highWater }) =>
      this.#takeTwins(
        records,
        (recent ?? []).filter(({ id }) => Number(id) > Number(highWater)),
      ),
    );
  }

  /** Looks at those ids alone that no request has, and that a second copy of one close by would have. */
  async #twinsInGaps(ask: Asking): Promise<Twin[]> {
    const { recent, schema } = this.#parts;
    if (this.requests > 0) {
      const newest = await ask((signal) => recent.newest(schema.id, signal));
      if (newest !== null) this.#gaps.note(Number(this.highWater), Number(newest) + 1);
    }
    const twins: Twin[] = [];
    for (const { after, before, requests } of this.#gaps.all) {
      const found = await this.#unclaimed(ask, String(after), before);
      if (found === null || found.length === 0) continue;
      this.#calibration = (await this.#calibrate(ask)) ?? this.#calibration;
      // Who does not know what records of ours look like takes nobody's for one.
      if (this.#calibration === null) break;
      for (const records of requests) twins.push(...this.#takeTwins(records, found));
    }
    return twins;
  }

  /** The run of records that equals a request of which each row has its own record already. */
  #takeTwins(records: Records, among: readonly RecentRecord[]): Twin[] {
    const free = among.filter(({ id }) => !this.#claimed.has(id));
    const run = records.length < 2 ? null : findRun(this.#parts.layout, records, free, this.#calibration);
    return (run ?? []).map(({ id }, at) => {
      this.#claimed.add(id);
      return { row: records[at]?.row ?? 0, id, revision: FIRST_REVISION };
    });
  }

  #results(
    { records, highWater }: Request,
    fate: ReturnType<typeof judgeRequest>,
    because: Message,
  ): RecordResult[] {
    switch (fate.kind) {
      case 'committed':
        // A second copy of the request before it may have come in between as well.
        this.#gaps.confirmed(records, Number(highWater), lowest(fate.found));
        for (const { id } of fate.found) this.#claim(id);
        return fate.found.map(({ id }) => ({ kind: 'committed', id, revision: FIRST_REVISION }));
      case 'notCommitted':
        return records.map(() => ({ kind: 'again', reason: 'network', message: because }));
      case 'unknown':
        records.forEach(({ row }, at) => this.candidates.set(row, fate.candidates[at] ?? []));
        return records.map(() => ({ kind: 'unknown', message: because }));
    }
  }

  #claim(id: string): void {
    // Records found by what else is in their request have no known id.
    if (id === '') return;
    this.#claimed.add(id);
    this.#raise(id);
  }

  #raise(id: string): void {
    if (this.#highWater === null || Number(id) > Number(this.#highWater)) this.#highWater = id;
  }

  /** Records above an id that no request of ours has made as far as anybody knows, below `before`. */
  async #unclaimed(ask: Asking, highWater: string, before = Infinity): Promise<RecentRecord[] | null> {
    const { recent, schema, layout } = this.#parts;
    const found: RecentRecord[] = [];
    for (let after = this.#claimed.endOfRunAfter(highWater); Number(after) + 1 < before;) {
      const from = after;
      const page = await ask((signal) =>
        recent.after({ schema, layout, after: from, most: READ_AT_A_TIME }, signal),
      );
      if (page === null) return null;
      const last = page.at(-1);
      if (last === undefined) return found;
      found.push(...page.filter(({ id }) => Number(id) < before && !this.#claimed.has(id)));
      after = this.#claimed.endOfRunAfter(last.id);
    }
    return found;
  }

  /** Reads the last request that was confirmed; null when there is none, or nothing new. */
  async #calibrate(ask: Asking): Promise<Calibration | null> {
    const { recent, schema, layout } = this.#parts;
    const { records, ids, highWater } = this.#confirmed ?? {};
    if (records === undefined || ids === undefined || highWater === undefined) return null;
    const live = new Map<string, RecentRecord>();
    const wanted = new Set(ids);
    const last = Math.max(...ids.map(Number));
    for (let after = highWater; Number(after) < last;) {
      const from = after;
      const page = await ask((signal) =>
        recent.after({ schema, layout, after: from, most: READ_AT_A_TIME }, signal),
      );
      if (page === null) return null;
      for (const one of page) if (wanted.has(one.id)) live.set(one.id, one);
      const end = page.at(-1);
      if (end === undefined) break;
      after = end.id;
    }
    this.#confirmed = null;
    const pairs = records.flatMap((sent, at) => {
      const found = live.get(ids[at] ?? '');
      // Somebody has changed it since: it says nothing about what the server makes of values.
      return found?.revision === FIRST_REVISION ? [{ sent, live: found }] : [];
    });
    return calibrate(layout, pairs);
  }
}

function lowest(found: readonly RecentRecord[]): number {
  return Math.min(...found.map(({ id }) => Number(id)));
}

function lower(a: string, b: string): string {
  return Number(a) < Number(b) ? a : b;
}

/** Whether the sign-in may look for records at all; null when the folder of the job is lost. */
export async function mayLookBack(
  endpoint: Pick<Endpoint, 'recent' | 'natureOf'>,
  targetId: string,
  ask: Asking,
): Promise<boolean | null> {
  const { recent } = endpoint;
  if (recent === undefined) return false;
  try {
    return (await ask((signal) => recent.newest(targetId, signal))) !== null || null;
  } catch (error) {
    if (error instanceof ExpectedError && endpoint.natureOf?.(error) === 'forbidden') return false;
    throw error;
  }
}
