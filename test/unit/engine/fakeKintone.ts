import type {
  Answer,
  RecentRecord,
  RecentRecords,
  RecordResult,
  TargetWriter,
  WritingJob,
} from '../../../src/core/endpoints/endpoint';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { ExpectedError } from '../../../src/core/message';
import { FakeApp } from './fakeApp';

const LOST: Answer = { kind: 'ambiguous', message: { code: 'network.lost' } };
const EXISTS = { code: 'kintone.duplicate' };
const CONFLICT = { code: 'kintone.GAIA_CO02' };
const AGAIN: RecordResult = { kind: 'again', reason: 'network', message: { code: 'network.lost' } };

/** What happens to a request; a late one is kept when the test says so, one of two copies is answered. */
export type Accident = 'lostBefore' | 'lostAfter' | 'late' | 'twiceFirst' | 'twiceSecond' | null;

/**
 * An app that refuses values and revisions it has seen, settles lost requests by them, and shows its newest records. It
 * gives up to anybody who asks who made what.
 */
export class FakeKintone extends FakeApp {
  /** Code of who made a record; `me` when absent. */
  readonly creators = new Map<string, string>();
  onRequest: (batch: readonly ImportRecord[], request: number) => Accident = () => null;
  /** What the app makes of values as it keeps them. */
  keeps: (value: RecordValue) => RecordValue = (value) => value;
  mayRead = true;
  settled = 0;
  reads = 0;
  onRead: (read: number) => void = () => undefined;
  /** What the ledger app says: how often it was written, and the rows and records of the last request that was kept. */
  #ledger: { readonly revision: number; readonly rows: string; readonly ids: readonly string[] } = {
    revision: 0,
    rows: '',
    ids: [],
  };
  #late: (() => Promise<unknown>)[] = [];

  constructor(fields: readonly TargetField[]) {
    super(fields);
    this.natureOf = () => 'forbidden';
  }

  readonly recent: RecentRecords = {
    newest: () => this.#mayRead(() => String(Math.max(0, ...[...this.records.keys()].map(Number)))),
    after: ({ layout, after }) =>
      this.#mayRead(() => {
        this.onRead(++this.reads);
        return [...this.records]
          .filter(([id]) => Number(id) > Number(after))
          .sort(([a], [b]) => Number(a) - Number(b))
          .map(([id, { revision, values }]): RecentRecord => ({
            id,
            revision,
            creator: this.creators.get(id) ?? 'me',
            values: layout.fields.map(({ field }) => values[field.code]),
          }));
      }),
  };

  /** What is still under way gets there. */
  async deliver(): Promise<void> {
    const late = this.#late;
    this.#late = [];
    for (const one of late) await one();
  }

  /** Somebody else's record. */
  add(values: Readonly<Record<string, RecordValue>>, creator = 'other'): void {
    const id = String(Math.max(0, ...[...this.records.keys()].map(Number)) + 1);
    this.records.set(id, { revision: '1', values });
    this.creators.set(id, creator);
  }

  override writer(schema: TargetSchema, layout: RecordLayout, job?: WritingJob): TargetWriter {
    const inner = super.writer(schema, layout);
    const ledger = job?.ledgerApp !== undefined;
    const write = async (batch: readonly ImportRecord[], expected: number): Promise<Answer> => {
      if (ledger && expected !== this.#ledger.revision) {
        return { kind: 'rejected', code: 'GAIA_CO02', message: CONFLICT, rows: [], exists: true };
      }
      const refusal = this.#refusal(batch, layout);
      if (refusal !== null) return refusal;
      const kept = batch.map((record) => ({ ...record, values: record.values.map(this.keeps) }));
      const answer = await inner.send(kept);
      if (ledger && answer.kind === 'committed') {
        this.#ledger = { revision: expected + 1, rows: rowsOf(batch), ids: answer.ids };
      }
      return answer;
    };
    let requests = 0;
    return {
      ...inner,
      send: async (batch) => {
        const { revision } = this.#ledger;
        switch (this.onRequest(batch, ++requests)) {
          case 'lostBefore':
            return LOST;
          case 'lostAfter':
            await write(batch, revision);
            return LOST;
          case 'late':
            this.#late.push(() => write(batch, revision));
            return LOST;
          case 'twiceFirst': {
            const first = await write(batch, revision);
            await write(batch, revision);
            return first;
          }
          case 'twiceSecond':
            await write(batch, revision);
            return write(batch, revision);
          case null:
            return write(batch, revision);
        }
      },
      settle: (batch) => {
        this.settled++;
        return this.#mayRead(() => (ledger ? this.#lookUp(batch) : this.#settle(batch, layout)));
      },
    };
  }

  /** A request that is not in the ledger never will be. */
  #lookUp(batch: readonly ImportRecord[]): readonly RecordResult[] {
    const { revision, rows, ids } = this.#ledger;
    if (rows === rowsOf(batch)) {
      return ids.map((id) => ({ kind: 'committed', id, revision: '1' }));
    }
    this.#ledger = { revision: revision + 1, rows, ids };
    return batch.map(() => AGAIN);
  }

  #mayRead<T>(read: () => T): Promise<T> {
    return this.mayRead
      ? Promise.resolve().then(read)
      : Promise.reject(new ExpectedError({ code: 'kintone.GAIA_NO01' }));
  }

  /** Of what a field without duplicates holds: the record that has it. */
  #holder(
    record: ImportRecord,
    layout: RecordLayout,
  ): readonly [string, Readonly<Record<string, RecordValue>>] | null {
    const at = layout.fields.findIndex(({ field }) => field.unique);
    const value = record.values[at];
    if (value === undefined || value === '') return null;
    const code = layout.fields[at]?.field.code ?? '';
    for (const [id, { values }] of this.records) if (values[code] === value) return [id, values];
    return null;
  }

  #refusal(batch: readonly ImportRecord[], layout: RecordLayout): Answer | null {
    const stale = batch.some(
      ({ update }) => update && this.records.get(update.id)?.revision !== update.revision,
    );
    if (stale) return { kind: 'rejected', code: 'GAIA_CO02', message: CONFLICT, rows: [], exists: true };
    const taken = batch.findIndex((record) => !record.update && this.#holder(record, layout) !== null);
    if (taken < 0) return null;
    const rows = [{ index: taken, reasons: [{ message: EXISTS }] }];
    return { kind: 'rejected', code: 'CB_VA01', message: EXISTS, rows, exists: true };
  }

  #settle(batch: readonly ImportRecord[], layout: RecordLayout): readonly RecordResult[] {
    const results = batch.map((record) => this.#settleOne(record, layout));
    if (results.some(({ kind }) => kind === 'committed')) return results;
    // All or nothing: one that is decided decides for all.
    return results.some(({ kind }) => kind === 'again')
      ? results.map((one) => (one.kind === 'unknown' ? AGAIN : one))
      : results;
  }

  #settleOne(record: ImportRecord, layout: RecordLayout): RecordResult {
    const { update, values } = record;
    const holds = (live: Readonly<Record<string, RecordValue>>) =>
      layout.fields.every(({ field }, i) => values[i] === undefined || live[field.code] === values[i]);
    if (update !== undefined) {
      const live = this.records.get(update.id);
      if (live?.revision === update.revision) return AGAIN;
      return live !== undefined && holds(live.values)
        ? { kind: 'committed', id: update.id, revision: live.revision }
        : { kind: 'rejected', code: 'GAIA_CO02', reasons: [{ message: CONFLICT }] };
    }
    const at = layout.fields.findIndex(({ field }) => field.unique);
    if (at < 0 || values[at] === '') return { kind: 'unknown', message: { code: 'network.lost' } };
    const holder = this.#holder(record, layout);
    if (holder === null) return AGAIN;
    return holds(holder[1])
      ? { kind: 'committed', id: holder[0], revision: '1' }
      : { kind: 'rejected', code: 'CB_VA01', reasons: [{ message: EXISTS }], exists: true };
  }
}

function rowsOf(batch: readonly ImportRecord[]): string {
  return batch.map(({ row }) => row).join();
}
