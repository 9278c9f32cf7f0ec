import { stat } from 'node:fs/promises';
import type { Endpoint, RecordSearch } from '../endpoints/endpoint';
import { openTable } from '../files/openTable';
import type { Table } from '../files/row';
import type { Control } from '../jobs/control';
import { isTerminal, statusOf } from '../jobs/fold';
import type { JobState } from '../jobs/fold';
import type { JobStatus, RowCounts, RowsDefinition } from '../jobs/job';
import { inputPath, readAgain } from '../jobs/jobFolder';
import { Journal } from '../jobs/journal';
import type { BadRow, JobEvent } from '../jobs/records';
import { ordinalsIn } from '../jobs/runs';
import { createMapper } from '../mapping/createMapper';
import type { RecordMapper } from '../mapping/createMapper';
import { layoutOf } from '../mapping/layout';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import type { RetryBudget } from './backOff';
import { findChanged } from './changedMeanwhile';
import { checkRows } from './checkRows';
import { systemClock } from './clock';
import type { Clock } from './clock';
import { JobLog, JobLost } from './jobLog';
import { Patience } from './patience';
import { badRows, badRowsOf } from './recordRows';
import { Resolver } from './resolve';
import { RowFeed } from './rowFeed';
import { readRowsDefinition } from './rowsDefinition';
import {
  INVALID,
  IMPORTED,
  PENDING,
  REJECTED,
  RowVerdicts,
  UNCHANGED,
  UNKNOWN,
  UPDATED,
} from '../jobs/rowVerdicts';
import { Sender } from './sender';
import type { SendEnd } from './sender';
import { ENGINE_VERSION } from './version';

export interface RunParts {
  createEndpoint(definition: RowsDefinition): Endpoint;
  readonly control: Control;
  readonly clock?: Clock;
  readonly budget?: RetryBudget;
  /** Why the job can't even begin (signed out, for one); it fails with these words. */
  readonly refusal?: Message;
  readonly onRecord?: (event: JobEvent, state: JobState) => void;
  /** Told by the system's code that the journal can't be written, and with null when it can be again. */
  readonly onBlocked?: (code: string | null) => void;
  log(level: 'error' | 'warn' | 'info' | 'debug', text: string): void;
}

export interface RunSummary {
  readonly status: JobStatus;
  readonly counts: RowCounts;
  /** Milliseconds during which the journal was being written; reading ahead goes on meanwhile. */
  readonly journalMs: number;
}

/** Bad rows are written down in groups of so many. */
const BAD_ROWS_PER_RECORD = 100;
const CHECK_RECORD_MS = 500;
/** How often the schema is asked for again while the server is busy. */
const DESCRIBE_TRIES = 6;

/**
 * Runs one job of a folder from its beginning to its end: checks all rows, plans, sends, and writes every verdict down.
 * The caller owns the job and its target's turn. Resolves when the journal has its DONE, or with the status as it stands
 * when the folder is lost. A job from which something was already sent is not touched.
 */
export async function runJob(folder: string, parts: RunParts): Promise<RunSummary> {
  const clock = parts.clock ?? systemClock;
  const definition = await readRowsDefinition(folder);
  const journal = await Journal.open(folder, () => clock.now());
  const log = new JobLog(journal, parts.control, clock, {
    ...(parts.onRecord ? { onRecord: parts.onRecord } : {}),
    onBlocked: (code) => {
      if (code !== null)
        parts.log('warn', `${definition.id}: the journal can't be written (${code}); waiting`);
      parts.onBlocked?.(code);
    },
  });
  try {
    if (log.state.stage === 'waiting' || log.state.stage === 'checking') {
      await new Run(folder, definition, log, clock, parts).run();
    } else if (!isTerminal(log.state.stage)) {
      parts.log('warn', `${definition.id}: was interrupted while sending; left as it is`);
    }
  } catch (error) {
    if (!(error instanceof JobLost)) throw error;
    parts.log('warn', `${definition.id}: the job folder is lost or full; nothing more is sent`);
  } finally {
    await journal.close();
  }
  return { status: statusOf(journal.state.stage), counts: journal.state.counts, journalMs: journal.spent };
}

class Run {
  readonly #folder: string;
  readonly #definition: RowsDefinition;
  readonly #log: JobLog;
  readonly #clock: Clock;
  readonly #parts: RunParts;
  readonly #verdicts = new RowVerdicts();

  constructor(folder: string, definition: RowsDefinition, log: JobLog, clock: Clock, parts: RunParts) {
    this.#folder = folder;
    this.#definition = definition;
    this.#log = log;
    this.#clock = clock;
    this.#parts = parts;
  }

  async run(): Promise<void> {
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION });
    await this.#done(await this.#toEnd());
  }

  async #toEnd(): Promise<SendEnd> {
    try {
      if ((await this.#parts.control.look()) !== null) return this.#canceled();
      if (this.#parts.refusal) return { kind: 'failed', failure: this.#parts.refusal };
      return await this.#checkAndSend();
    } catch (error) {
      if (error instanceof ExpectedError) return { kind: 'failed', failure: error.detail };
      if (error instanceof JobLost) throw error;
      this.#onBug(error);
      return { kind: 'failed', failure: unexpected(error) };
    }
  }

  async #checkAndSend(): Promise<SendEnd> {
    const { target, plan, source, timeZone } = this.#definition;
    const input = inputPath(this.#folder);
    if ((await stat(input).catch(() => null))?.size !== source.size) {
      throw new ExpectedError({ code: 'job.inputChanged' });
    }
    const endpoint = this.#parts.createEndpoint(this.#definition);
    const patience = this.#patienceWith(endpoint);
    const schema = await patience.ask((signal) => endpoint.describe(target.id, signal), DESCRIBE_TRIES);
    if (schema === null) return this.#canceled();
    const table = await openTable(input, readAgain(source.info));
    const layout = layoutOf(schema, plan);
    const { attachmentsFolder } = plan;
    const mapper = () =>
      createMapper(schema, layout, {
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
      });
    const { keysPerRead } = endpoint;
    const find = (search: RecordSearch) => patience.ask((signal) => endpoint.find(search, signal));
    const isForbidden = (error: unknown) => endpoint.natureOf?.(error) === 'forbidden';
    const resolver = new Resolver({ schema, layout, plan, find, isForbidden, keysPerRead });
    if (!(await this.#check(table, mapper(), resolver))) return this.#canceled();
    const { total } = this.#verdicts;
    if (total === 0) throw new ExpectedError({ code: 'job.noRows' });
    const { invalid, unchanged } = this.#log.state.counts;
    const { notes } = resolver;
    for (const { code } of notes) this.#parts.log('warn', `${this.#definition.id}: ${code}`);
    await this.#log.append({
      type: 'PLAN',
      total,
      invalid,
      ...(unchanged > 0 ? { unchanged } : {}),
      ...(notes.length > 0 ? { notes } : {}),
    });

    const writer = endpoint.writer(schema, layout);
    const { limits } = writer;
    const feed = new RowFeed({
      table,
      mapper: mapper(),
      layout,
      verdicts: this.#verdicts,
      resolutions: resolver.resolutions,
      schema,
      oneKind: limits.oneKindPerRequest === true,
      smallBatch: limits.rowsPerSmallRequest,
    });
    try {
      return await new Sender({
        writer,
        layout,
        feed,
        log: this.#log,
        control: this.#parts.control,
        clock: this.#clock,
        verdicts: this.#verdicts,
        ...(this.#parts.budget ? { budget: this.#parts.budget } : {}),
        changedMeanwhile: (records) => findChanged({ schema, layout, keysPerRead, find }, records),
        onBug: (error) => this.#onBug(error),
      }).run();
    } finally {
      await feed.close();
    }
  }

  #patienceWith(endpoint: Endpoint): Patience {
    const { control, budget } = this.#parts;
    return new Patience(endpoint, control, this.#clock, {
      ...(budget ? { budget } : {}),
      onWait: ({ detail }, ms) => {
        const text = `${detail.code} while reading; asked again in ${ms} ms`;
        this.#parts.log('warn', `${this.#definition.id}: ${text}`);
      },
    });
  }

  /** The first pass: counts the rows and writes down the bad ones. False when something was asked meanwhile. */
  async #check(table: Table, mapper: RecordMapper, resolver: Resolver): Promise<boolean> {
    let bad: BadRow[] = [];
    let marked = this.#clock.monotonic();
    const flush = async (least: number) => {
      for (; bad.length >= least; bad = bad.slice(BAD_ROWS_PER_RECORD)) {
        await this.#log.append({ type: 'INVALID', rows: bad.slice(0, BAD_ROWS_PER_RECORD) });
      }
    };
    for await (const { total, invalid, unchanged, repeated } of checkRows(table, mapper, resolver)) {
      if (this.#parts.control.asked !== null) return false;
      this.#verdicts.total = total;
      const late = repeated.map((one) => badRowsOf(one, new Map([[one.row, [one.problem]]])));
      for (const one of [...invalid.map(badRows), ...late].flat()) {
        this.#verdicts.set(one.row, INVALID);
        bad.push(one);
      }
      await flush(BAD_ROWS_PER_RECORD);
      if (unchanged.length > 0) {
        this.#verdicts.setAll(ordinalsIn(unchanged), UNCHANGED);
        await this.#log.append({ type: 'UNCHANGED', rows: unchanged });
      }
      if (this.#clock.monotonic() - marked >= CHECK_RECORD_MS) {
        marked = this.#clock.monotonic();
        await this.#log.append({ type: 'CHECK', rows: total });
      }
    }
    await flush(1);
    return (await this.#parts.control.look()) === null;
  }

  #canceled(): SendEnd {
    if (this.#parts.control.asked === 'lost') throw new JobLost();
    return { kind: 'canceled' };
  }

  async #done(end: SendEnd): Promise<void> {
    const rows = this.#verdicts.rangesOf(PENDING);
    const planned = this.#log.state.counts.total !== null && rows.length > 0;
    await this.#log.appendDurable({
      type: 'DONE',
      status: STATUS_OF_END[end.kind],
      failures: end.kind === 'failed' ? [end.failure] : [],
      unprocessed: planned ? [{ rows, reason: { code: REASON_OF_END[end.kind] } }] : [],
    });
    if (this.#log.state.counts.total !== null) this.#assertSameTally();
  }

  /** What was kept in memory row by row and what the journal adds up must be the same. */
  #assertSameTally(): void {
    const { counts } = this.#log.state;
    const pairs = [
      [INVALID, counts.invalid],
      [IMPORTED, counts.imported],
      [UPDATED, counts.updated],
      [UNCHANGED, counts.unchanged],
      [REJECTED, counts.rejected],
      [PENDING, counts.unprocessed],
      [UNKNOWN, counts.unknown],
    ] as const;
    for (const [verdict, count] of pairs) {
      if (this.#verdicts.count(verdict) !== count)
        throw new Error(`verdict ${verdict}: journal says ${count}`);
    }
  }

  #onBug(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log('error', `${this.#definition.id}: ${text}`);
  }
}

const STATUS_OF_END = {
  allSent: 'completed',
  stopped: 'completed',
  failed: 'failed',
  canceled: 'canceled',
} as const satisfies Record<SendEnd['kind'], string>;

const REASON_OF_END = {
  allSent: 'job.notSent',
  stopped: 'job.stopped',
  failed: 'job.notSent',
  canceled: 'job.canceled',
} as const satisfies Record<SendEnd['kind'], string>;

function unexpected(error: unknown): Message {
  return { code: 'job.unexpected', args: { detail: error instanceof Error ? error.name : 'unknown' } };
}
