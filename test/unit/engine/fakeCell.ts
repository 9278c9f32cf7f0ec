import assert from 'node:assert/strict';
import type {
  Answer,
  Endpoint,
  LiveRecord,
  RecordResult,
  RecordSearch,
  TargetWriter,
  WriterLimits,
  WritingJob,
} from '../../../src/core/endpoints/endpoint';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import type { TargetSchema } from '../../../src/core/mapping/schema';
import { LIMITS, fieldOf } from './support';

export const ID = fieldOf('__id', { unique: true, hasDefault: true });
export const NAME = fieldOf('name');

export interface Entity {
  readonly revision: string;
  readonly values: Readonly<Record<string, RecordValue>>;
}

const EXISTS = { code: 'personium.PR409-OD-0003' };
const STALE = { code: 'personium.PR412-OD-0002' };
const GONE = { code: 'personium.PR404-OD-0002' };
export const UNANSWERED = { code: 'network.lost' };

const NOT_DONE: RecordResult = { kind: 'again', reason: 'unavailable', message: UNANSWERED };

/** What a test lets happen to a request: it gets lost before or after it was done. */
export type Mishap = 'lostBefore' | 'lostAfter' | Answer | ((results: RecordResult[]) => Answer) | null;

/** Entities in memory: each record for itself, known by ids of ours, so that lost answers can be settled. */
export class FakeCell implements Endpoint {
  readonly keysPerRead = 5;
  entities = new Map<string, Entity>();
  readonly batches: ImportRecord[][] = [];
  readonly searches: RecordSearch[] = [];
  readonly settled: ImportRecord[][] = [];
  /** How often each id was made; more than once means doubled. */
  made = new Map<string, number>();
  limits: WriterLimits = LIMITS;
  canSettle = true;
  onSend: (batch: readonly ImportRecord[], request: number) => Mishap = () => null;
  /** Whether a request that comes through does this record. */
  onWrite: (record: ImportRecord, request: number) => boolean = () => true;
  onSettle: (batch: readonly ImportRecord[], look: number) => Promise<void> | undefined = () => undefined;
  natureOf: NonNullable<Endpoint['natureOf']> = () => 'lasting';
  readonly schema: TargetSchema = {
    id: 'box/stock/Product',
    name: 'Product',
    url: 'http://localhost/cell/box/stock/Product',
    fields: [ID, NAME],
    modes: ['add', 'replace', 'update', 'addOrReplace'],
  };

  with(entities: Readonly<Record<string, string>>): this {
    for (const [id, name] of Object.entries(entities)) {
      this.entities.set(id, { revision: 'W/"1-100"', values: { __id: id, name } });
    }
    return this;
  }

  /** Ids and names, in the order of the ids. */
  get names(): [string, RecordValue][] {
    return [...this.entities]
      .map(([id, { values }]): [string, RecordValue] => [id, values.name])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  listTargets(): Promise<[]> {
    return Promise.resolve([]);
  }
  describe(): Promise<TargetSchema> {
    return Promise.resolve(this.schema);
  }
  requestsFor(_schema: TargetSchema, _layout: RecordLayout, _mode: string, rows: number): number {
    return rows;
  }

  find(search: RecordSearch): Promise<readonly LiveRecord[]> {
    this.searches.push(search);
    assert.ok(search.values.length > 0 && search.values.length <= this.keysPerRead);
    return Promise.resolve(
      search.values.flatMap((id): LiveRecord[] => {
        const found = this.entities.get(id);
        if (found === undefined) return [];
        const values = (search.layout?.fields ?? []).map(({ field }) => found.values[field.code]);
        return [{ id, revision: found.revision, key: id, values }];
      }),
    );
  }

  writer(_schema: TargetSchema, layout: RecordLayout, job?: WritingJob): TargetWriter {
    const idOf = (record: ImportRecord) => {
      const at = layout.fields.findIndex(({ field }) => field.code === '__id');
      const value = record.values[at];
      const own = typeof value === 'string' ? value : '';
      return record.update?.id ?? (own === '' ? `${job?.id ?? 'job'}-${record.row}` : own);
    };
    return {
      limits: this.limits,
      send: (batch) => {
        this.batches.push([...batch]);
        const mishap = this.onSend(batch, this.batches.length);
        if (mishap === 'lostBefore') return Promise.resolve({ kind: 'ambiguous', message: UNANSWERED });
        if (typeof mishap === 'object' && mishap !== null) return Promise.resolve(mishap);
        const results = batch.map((record) =>
          this.onWrite(record, this.batches.length) ? this.#write(record, idOf(record), layout) : NOT_DONE,
        );
        if (mishap === 'lostAfter') return Promise.resolve({ kind: 'ambiguous', message: UNANSWERED });
        return Promise.resolve(mishap === null ? { kind: 'perRecord', results } : mishap(results));
      },
      upload: () => Promise.reject(new Error('no files')),
      ...(this.canSettle
        ? {
            settle: async (batch: readonly ImportRecord[]) => {
              this.settled.push([...batch]);
              await this.onSettle(batch, this.settled.length);
              return batch.map((record) => this.#settle(record, idOf(record), layout));
            },
          }
        : {}),
    };
  }

  /** Somebody else's edit. */
  edit(id: string, name: string): void {
    const before = this.entities.get(id);
    this.#keep(id, { ...before?.values, __id: id, name });
  }

  #write(record: ImportRecord, id: string, layout: RecordLayout): RecordResult {
    const found = this.entities.get(id);
    const { update, values } = record;
    if (update === undefined && found !== undefined) {
      return {
        kind: 'rejected',
        code: 'PR409-OD-0003',
        reasons: [{ field: '__id', message: EXISTS }],
        exists: true,
      };
    }
    if (update !== undefined && found === undefined) {
      return { kind: 'rejected', code: 'PR404-OD-0002', reasons: [{ message: GONE }] };
    }
    if (update !== undefined && found?.revision !== update.revision) {
      return { kind: 'rejected', code: 'PR412-OD-0002', reasons: [{ message: STALE }] };
    }
    if (update === undefined) this.made.set(id, (this.made.get(id) ?? 0) + 1);
    const given = values.flatMap((value, i) =>
      value === undefined ? [] : [[layout.fields[i]?.field.code ?? '', value] as const],
    );
    const replaces = layout.mode === 'replace' || layout.mode === 'addOrReplace';
    const before = replaces ? {} : found?.values;
    return {
      kind: 'committed',
      id,
      revision: this.#keep(id, { ...before, ...Object.fromEntries(given), __id: id }),
    };
  }

  #keep(id: string, values: Entity['values']): string {
    const number = Number(/\d+/.exec(this.entities.get(id)?.revision ?? '0')?.[0] ?? 0) + 1;
    const revision = `W/"${number}-${100 + number}"`;
    this.entities.set(id, { revision, values });
    return revision;
  }

  #settle(record: ImportRecord, id: string, layout: RecordLayout): RecordResult {
    const found = this.entities.get(id);
    const again: RecordResult = { kind: 'again', reason: 'network', message: UNANSWERED };
    const { update, values } = record;
    if (found === undefined) {
      return update === undefined ? again : { kind: 'rejected', code: 'PR404', reasons: [{ message: GONE }] };
    }
    if (found.revision === update?.revision) return again;
    const same = layout.fields.every(
      ({ field }, i) =>
        field.code === '__id' || values[i] === undefined || found.values[field.code] === values[i],
    );
    return same
      ? { kind: 'committed', id, revision: found.revision }
      : { kind: 'rejected', code: 'PR409', reasons: [{ message: update === undefined ? EXISTS : STALE }] };
  }
}
