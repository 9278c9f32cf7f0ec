import assert from 'node:assert/strict';
import type { Answer, TargetWriter, UploadAnswer, WriterLimits } from '../../../src/core/endpoints/endpoint';
import type { RetryBudget } from '../../../src/core/engine/backOff';
import type { Clock } from '../../../src/core/engine/clock';
import { JobLog } from '../../../src/core/engine/jobLog';
import { RowFeed } from '../../../src/core/engine/rowFeed';
import { RowVerdicts } from '../../../src/core/jobs/rowVerdicts';
import { Sender } from '../../../src/core/engine/sender';
import type { SendEnd, SenderParts } from '../../../src/core/engine/sender';
import { Settler } from '../../../src/core/engine/settling';
import type { Row, Table } from '../../../src/core/files/row';
import { ControlWatch } from '../../../src/core/jobs/control';
import { conserved } from '../../../src/core/jobs/fold';
import type { JobState } from '../../../src/core/jobs/fold';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { RecordMapper } from '../../../src/core/mapping/createMapper';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportRecord, MappedRecord } from '../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import { makeJob, withFolder } from '../jobs/support';

/** Time that passes only when someone sleeps. */
export class TestClock implements Clock {
  time = 1_000_000;
  readonly sleeps: number[] = [];
  onSleep: (() => void) | null = null;

  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  random(): number {
    return 0.5;
  }
  sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.time += ms;
    this.onSleep?.();
    return Promise.resolve();
  }
}

export const LIMITS: WriterLimits = { rowsPerRequest: 20, rowsPerSmallRequest: 5, maxRequestBytes: 1 << 20 };
const MESSAGE = { code: 'kintone.refused' };

export const rejected = (...indexes: number[]): Answer => ({
  kind: 'rejected',
  code: 'CB_VA01',
  message: MESSAGE,
  rows: indexes.map((index) => ({ index, reasons: [{ field: 'code', message: MESSAGE }] })),
});
export const notCommitted = (
  reason: (Answer & { kind: 'notCommitted' })['reason'],
  retryAfterMs?: number,
): Answer => ({
  kind: 'notCommitted',
  reason,
  message: { code: 'kintone.throttled' },
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
export const ambiguous: Answer = { kind: 'ambiguous', message: { code: 'network.lost' } };
export const impossible: Answer = { kind: 'impossible', message: { code: 'kintone.GAIA_AP01' } };

/** A server of one app: keeps the rows of what it commits, in order. */
export class TestTarget implements TargetWriter {
  readonly limits: WriterLimits;
  readonly kept: number[] = [];
  readonly requests: number[][] = [];
  readonly #answer: (rows: number[], request: number) => Answer | Promise<Answer> | null;

  /** `answer` may decide; null commits. */
  constructor(
    answer: (rows: number[], request: number) => Answer | Promise<Answer> | null,
    limits: Partial<WriterLimits> = {},
  ) {
    this.#answer = answer;
    this.limits = { ...LIMITS, ...limits };
  }

  upload(): Promise<UploadAnswer> {
    return Promise.resolve({ kind: 'uploaded', fileKey: 'key' });
  }

  async send(batch: readonly ImportRecord[]): Promise<Answer> {
    const rows = batch.map(({ row }) => row);
    this.requests.push(rows);
    const answer = await this.#answer(rows, this.requests.length);
    if (answer) return answer;
    const ids = rows.map((_, i) => String(this.kept.length + i + 1));
    this.kept.push(...rows);
    return { kind: 'committed', ids, revisions: rows.map(() => '1') };
  }
}

/** A table of so many rows, handed out in small batches. */
export function tableOf(total: number, onBatch?: (first: number) => void): Table {
  return {
    info: {
      format: 'csv',
      encoding: 'utf-8',
      bom: false,
      delimiter: ',',
      lineEnd: '\n',
      header: ['code'],
      headerPlace: { line: 1, byteOffset: 0, byteLength: 5 },
    },
    async *rows() {
      for (let first = 1; first <= total; first += 7) {
        onBatch?.(first);
        await Promise.resolve();
        yield Array.from({ length: Math.min(7, total - first + 1) }, (_, i) => rowOf(first + i));
      }
    },
  };
}

export function rowOf(ordinal: number): Row {
  return { ordinal, line: ordinal + 1, byteOffset: 0, byteLength: 0, cells: [`c${ordinal}`] };
}

/** One text field, fed by the first column. */
export const LAYOUT: RecordLayout = {
  fields: [{ field: fieldOf('code'), columns: [0] }],
  key: null,
  startColumn: null,
};

export const SCHEMA: TargetSchema = {
  id: '1',
  name: 'App',
  url: 'http://localhost/k/1/',
  fields: [fieldOf('code')],
};

export function fieldOf(code: string, changes: Partial<TargetField> = {}): TargetField {
  return {
    code,
    label: code,
    kind: 'text',
    nativeType: 'SINGLE_LINE_TEXT',
    required: false,
    unique: false,
    hasDefault: false,
    ...changes,
  };
}

/** Every field has the value of the first column. */
function mapRow(row: Row, invalid: readonly number[], { fields }: RecordLayout): MappedRecord {
  const place = { row: row.ordinal, lastRow: row.ordinal };
  return invalid.includes(row.ordinal)
    ? { ...place, rows: [{ row, problems: [] }] }
    : { ...place, values: fields.map(() => row.cells[0]) };
}

/** Every record is found by a key of its own. */
const SETTLING = { guarantee: 'uniqueKey', settleMs: 120_000 } as const;

export interface SendingResult {
  readonly end: SendEnd;
  readonly state: JobState;
  readonly events: readonly JobEvent[];
  readonly verdicts: RowVerdicts;
  readonly clock: TestClock;
}

export interface Sending {
  readonly total: number;
  readonly target: TargetWriter;
  readonly invalid?: readonly number[];
  readonly budget?: RetryBudget;
  readonly table?: Table;
  readonly onBug?: (error: unknown) => void;
  /** Called with every record of the journal, before anything else happens. */
  readonly onRecord?: (event: JobEvent, control: ControlWatch, clock: TestClock) => void;
  readonly begin?: (control: ControlWatch, clock: TestClock) => void;
  /** In place of an app with one text field. */
  readonly place?: { readonly schema: TargetSchema; readonly layout: RecordLayout };
  readonly limits?: WriterLimits;
  readonly lanes?: number;
  readonly neverAlone?: boolean;
  readonly lookBack?: NonNullable<SenderParts['lookBack']>;
  /** Answers lost are settled by the target. */
  readonly settles?: boolean;
}

/** Sends the rows of a planned job; after every record the verdicts must add up. */
export function sendAll(sending: Sending): Promise<SendingResult> {
  const { total, target, invalid = [], budget, onBug, onRecord } = sending;
  const { layout, schema } = sending.place ?? { layout: LAYOUT, schema: SCHEMA };
  return withFolder(async (jobs) => {
    const folder = await makeJob(jobs, []);
    const clock = new TestClock();
    const control = new ControlWatch(folder, 1_000_000);
    const journal = await Journal.open(folder, () => clock.now());
    const events: JobEvent[] = [];
    const log = new JobLog(journal, control, clock, {
      onRecord: (event, state) => {
        assert.ok(conserved(state));
        events.push(event);
        onRecord?.(event, control, clock);
      },
    });
    const verdicts = new RowVerdicts();
    verdicts.total = total;
    for (const row of invalid) verdicts.set(row, 1);
    await log.append({ type: 'OPEN', engine: '0' });
    await log.append({ type: 'INVALID', rows: invalid.map((row) => ({ row, problems: [] })) });
    await log.append({ type: 'PLAN', total, invalid: invalid.length });
    const mapper: RecordMapper = {
      map: (rows) => rows.map((row) => mapRow(row, invalid, layout)),
      end: () => [],
    };
    const feed = new RowFeed({
      table: sending.table ?? tableOf(total),
      mapper,
      layout,
      schema,
      verdicts,
    });
    sending.begin?.(control, clock);
    try {
      const sender = new Sender({
        writer: target,
        layout,
        feed,
        log,
        control,
        clock,
        verdicts,
        ...(sending.limits ? { limits: sending.limits } : {}),
        ...(sending.lanes === undefined ? {} : { lanes: sending.lanes }),
        ...(sending.neverAlone === undefined ? {} : { neverAlone: sending.neverAlone }),
        ...(sending.lookBack ? { lookBack: sending.lookBack } : {}),
        ...(sending.settles === true
          ? { settler: new Settler({ ...SETTLING, writer: target, endpoint: {}, log, control, clock }) }
          : {}),
        ...(budget ? { budget } : {}),
        ...(onBug ? { onBug } : {}),
      });
      const end = await sender.run();
      assert.equal(journal.state.counts.inFlight, 0, 'nothing is in flight at the end');
      for (const [verdict, count] of [
        [1, journal.state.counts.invalid],
        [3, journal.state.counts.imported],
        [4, journal.state.counts.rejected],
        [0, journal.state.counts.pending],
        [5, journal.state.counts.unknown],
      ] as const) {
        assert.equal(verdicts.count(verdict), count, `verdict ${verdict}`);
      }
      return { end, state: journal.state, events, verdicts, clock };
    } finally {
      control.close();
      await feed.close();
      await journal.close();
    }
  });
}

export function upTo(total: number): number[] {
  return Array.from({ length: total }, (_, i) => i + 1);
}
