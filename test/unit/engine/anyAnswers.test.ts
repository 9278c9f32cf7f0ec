import assert from 'node:assert/strict';
import type {
  Answer,
  RecordResult,
  RetryReason,
  TargetWriter,
  WriterLimits,
} from '../../../src/core/endpoints/endpoint';
import { IMPORTED, PENDING, REJECTED, UNKNOWN } from '../../../src/core/jobs/rowVerdicts';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { ambiguous, notCommitted, rejected, sendAll, upTo } from './support';

const TOTAL = 260;
const REASONS: readonly RetryReason[] = ['throttled', 'locked', 'unavailable', 'network'];

/** Numbers from 0 to 1, the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Whims {
  readonly seed: number;
  /** How often it answers something else than what is right. */
  readonly trouble: number;
  readonly each: boolean;
  readonly late: boolean;
}

/** Keeps each row once, as if it had a key, and answers and fails as it likes. */
class WhimsicalTarget implements TargetWriter {
  readonly limits: WriterLimits = { rowsPerRequest: 8, rowsPerSmallRequest: 3, maxRequestBytes: 1 << 20 };
  readonly kept = new Set<number>();
  readonly bad: ReadonlySet<number>;
  /** Rows of requests of which it was not told what became of them. */
  readonly lost = new Set<number>();
  readonly sentAgain: number[] = [];
  sent = 0;
  open = 0;
  most = 0;
  readonly #whims: Whims;
  readonly #random: () => number;
  #late: number[][] = [];

  constructor(whims: Whims) {
    this.#whims = whims;
    this.#random = randomFrom(whims.seed);
    this.bad = new Set(upTo(TOTAL).filter(() => this.#random() < 0.04));
  }

  async send(batch: readonly ImportRecord[]): Promise<Answer> {
    this.sent++;
    this.most = Math.max(this.most, ++this.open);
    const rows = batch.map(({ row }) => row);
    this.sentAgain.push(...rows.filter((row) => this.lost.has(row)));
    for (let ticks = Math.floor(this.#random() * 40); ticks > 0; ticks--) await tick();
    const answer = this.#whims.each ? this.#answerEach(rows) : this.#answer(rows);
    for (let ticks = Math.floor(this.#random() * 3); ticks > 0; ticks--) await tick();
    this.open--;
    return answer;
  }

  upload(): Promise<never> {
    return Promise.reject(new Error('no files'));
  }

  settle(batch: readonly ImportRecord[]): Promise<readonly RecordResult[]> {
    assert.equal(this.open, 0, 'nothing is under way while it is looked up');
    this.#comeLate();
    return Promise.resolve(
      batch.map(({ row }) =>
        this.kept.has(row)
          ? { kind: 'committed', id: String(row), revision: '1' }
          : { kind: 'again', reason: 'network', message: { code: 'network.lost' } },
      ),
    );
  }

  #answer(rows: readonly number[]): Answer {
    this.#comeLate();
    const { trouble, late } = this.#whims;
    const taken = rows.flatMap((row, index) => (this.kept.has(row) ? [index] : []));
    if (taken.length > 0) {
      return { ...rejected(...(this.#random() < 0.5 ? taken : [])), exists: true } as Answer;
    }
    const bad = rows.flatMap((row, index) => (this.bad.has(row) ? [index] : []));
    const whim = this.#random() / trouble;
    if (whim < 0.35)
      return notCommitted(REASONS[Math.floor(this.#random() * 4)] ?? 'locked', this.#random() * 9e3);
    if (whim < 0.45 && rows.length > 1) return notCommitted('tooLarge');
    if (whim < 1) {
      for (const row of rows) this.lost.add(row);
      if (bad.length > 0) return ambiguous;
      if (whim < 0.75) for (const row of rows) this.kept.add(row);
      else if (late) this.#late.push([...rows]);
      return ambiguous;
    }
    if (bad.length > 0) return rejected(...(this.#random() < 0.5 ? bad : []));
    for (const row of rows) this.kept.add(row);
    return { kind: 'committed', ids: rows.map(String), revisions: rows.map(() => '1') };
  }

  #answerEach(rows: readonly number[]): Answer {
    const results = rows.map((row): RecordResult => {
      const whim = this.#random() / this.#whims.trouble;
      if (this.kept.has(row)) return { kind: 'rejected', code: 'taken', reasons: [REASON], exists: true };
      if (whim < 0.3) return { kind: 'again', reason: 'locked', message: REASON.message, untried: true };
      if (this.bad.has(row)) return { kind: 'rejected', code: 'bad', reasons: [REASON] };
      if (whim < 1) this.lost.add(row);
      if (whim >= 0.6) this.kept.add(row);
      return whim < 1
        ? { kind: 'unknown', message: REASON.message }
        : { kind: 'committed', id: String(row), revision: '1' };
    });
    return { kind: 'perRecord', results };
  }

  /** Requests that were lost are carried out all the same, as far as none of their rows is there. */
  #comeLate(): void {
    const due = this.#late.filter(() => this.#random() < 0.3);
    this.#late = this.#late.filter((rows) => !due.includes(rows));
    for (const rows of due) {
      if (rows.every((row) => !this.kept.has(row))) for (const row of rows) this.kept.add(row);
    }
  }
}

const REASON = { message: { code: 'kintone.refused' } };
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('sending through any answers', function () {
  this.timeout(60_000);
  for (let seed = 1; seed <= 24; seed++) {
    const lanes = 1 + (seed % 8);
    const settles = seed % 3 > 0;
    const each = seed % 4 === 0;
    const stopAt = seed % 5 === 0 ? 20 + seed : null;
    const trouble = [0.02, 0.06, 0.2][seed % 3] ?? 0.02;
    const name = [
      `seed ${seed}`,
      `lanes ${lanes}`,
      settles && 'settled',
      each && 'each',
      stopAt && 'stopped',
    ];
    it(`ends with every row once: ${name.filter(Boolean).join(', ')}`, async () => {
      const target = new WhimsicalTarget({ seed, trouble, each, late: settles && stopAt === null });
      let records = 0;
      let sentBefore = Infinity;
      // After every record the rows add up: the log of the job sees to that.
      const { end, verdicts, events } = await sendAll({
        total: TOTAL,
        target,
        lanes,
        settles,
        onRecord: ({ type }, control) => {
          if (++records === stopAt) control.poke('stop');
          if (type === 'STOP') sentBefore = target.sent;
        },
      });
      assert.ok(target.most <= lanes);
      assert.ok(target.sent <= sentBefore, 'nothing leaves after a stop');
      const stop = events.findIndex(({ type }) => type === 'STOP');
      assert.ok(stop < 0 || !events.slice(stop).some(({ type }) => type === 'INTENT'));
      for (const row of upTo(TOTAL)) {
        const [verdict, kept] = [verdicts.get(row), target.kept.has(row)];
        if (verdict === IMPORTED) assert.ok(kept, `row ${row} is not there`);
        else if (verdict === REJECTED)
          assert.ok(!kept && target.bad.has(row), `row ${row} is to blame for nothing`);
        else if (verdict === PENDING) assert.ok(!kept && end.kind !== 'allSent', `row ${row} is there`);
        else {
          assert.equal(verdict, UNKNOWN);
          assert.ok(!settles && target.lost.has(row), `row ${row} is uncertain`);
        }
      }
      if (!settles) assert.deepEqual(target.sentAgain, [], 'nothing uncertain is sent again');
      if (end.kind === 'allSent')
        assert.equal(target.kept.size, verdicts.count(IMPORTED) + lostAndKept(target, verdicts));
      else assert.ok(end.kind === 'stopped' || trouble === 0.2, JSON.stringify(end));
    });
  }
});

function lostAndKept({ kept }: WhimsicalTarget, verdicts: { get(row: number): number }): number {
  return [...kept].filter((row) => verdicts.get(row) === UNKNOWN).length;
}
