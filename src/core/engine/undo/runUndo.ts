import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Endpoint, TakingBack, TargetWriter } from '../../endpoints/endpoint';
import { thisHost } from '../../jobs/host';
import { isUndo } from '../../jobs/job';
import type { UndoDefinition } from '../../jobs/job';
import { inputPath, readDefinition } from '../../jobs/jobFolder';
import type { BadRow } from '../../jobs/records';
import type { RowFates } from '../../jobs/rowFates';
import { INVALID, PENDING, RowVerdicts } from '../../jobs/rowVerdicts';
import { ordinalsIn } from '../../jobs/runs';
import { layoutOf } from '../../mapping/layout';
import type { RecordLayout } from '../../mapping/layout';
import { ExpectedError } from '../../message';
import { systemClock } from '../clock';
import type { Clock } from '../clock';
import { JobLost } from '../jobLog';
import type { JobLog } from '../jobLog';
import { FEW_TRIES, Patience, UNHEARD } from '../patience';
import { giveUpRequests, readFates } from '../resume';
import { runInJournal } from '../runInJournal';
import type { RunSummary } from '../runInJournal';
import type { RunParts } from '../runJob';
import type { SendEnd } from '../sender';
import { recordStop } from '../settling';
import { ENGINE_VERSION } from '../version';
import { LiveRecords, recordOf } from './liveRecords';
import type { UndoRecord } from './liveRecords';
import { readUndoList } from './undoList';
import type { UndoLine } from './undoList';
import { UndoSender } from './undoSender';
import type { LostRequest } from './undoSender';

export interface UndoRunParts extends Omit<RunParts, 'createEndpoint'> {
  createEndpoint(definition: UndoDefinition): Endpoint;
}

const BAD_ROWS_PER_RECORD = 100;
const CHECK_RECORD_MS = 500;
/** So many records are looked at with one read. */
const READ_AT_ONCE = 500;

/**
 * Runs an undo from where it stands to its end: deletes what the import has made and puts back what it has changed, as
 * far as nobody has edited it since. Of the counts, `imported` are the deleted and `updated` the ones that were put
 * back; `unchanged` were gone or put back already, `invalid` are kept, and `rejected` failed. The caller owns the job
 * and its target's turn.
 *
 * Resolves when the journal has its DONE, or with the status as it stands when the folder is lost. Throws what keeps an
 * interrupted undo from being taken up (`ExpectedError`); it is as it was then.
 */
export async function runUndo(folder: string, parts: UndoRunParts): Promise<RunSummary> {
  const clock = parts.clock ?? systemClock;
  const definition = await readDefinition(folder);
  if (!isUndo(definition)) throw new TypeError(`${definition.id} is no undo`);
  return runInJournal(
    folder,
    definition.id,
    { ...parts, clock, lost: 'nothing more is sent' },
    async (log) => {
      const run = new UndoRun(folder, definition, log, clock, parts);
      if (log.state.stage === 'waiting' || log.state.stage === 'checking') await run.begin();
      else await run.goOn();
    },
  );
}

/** The target, and how records are read, deleted and changed there. */
interface Place {
  readonly endpoint: Endpoint;
  readonly layout: RecordLayout;
  readonly writer: TargetWriter;
  readonly takeBack: TakingBack;
}

class UndoRun {
  readonly #folder: string;
  readonly #definition: UndoDefinition;
  readonly #log: JobLog;
  readonly #clock: Clock;
  readonly #parts: UndoRunParts;
  #verdicts = new RowVerdicts();
  #sending = false;

  constructor(folder: string, definition: UndoDefinition, log: JobLog, clock: Clock, parts: UndoRunParts) {
    this.#folder = folder;
    this.#definition = definition;
    this.#log = log;
    this.#clock = clock;
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
    await this.#done(await this.#toEnd());
  }

  async #toEnd(): Promise<SendEnd> {
    const { control, refusal } = this.#parts;
    try {
      if ((await control.look()) !== null) return this.#canceled();
      if (refusal) return { kind: 'failed', failure: refusal };
      await this.#assertAsFrozen();
      const changes = await this.#check();
      if (changes === null) return this.#canceled();
      const place = await this.#open(changes);
      if (place === null) return this.#canceled();
      const { total } = this.#verdicts;
      const { invalid } = this.#log.state.counts;
      await this.#log.append({ type: 'PLAN', total, invalid, guarantee: 'revision' });
      return await this.#send(place, []);
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Takes an undo up that may have sent something. Until it sends again, what goes wrong leaves it as it was. */
  async goOn(): Promise<void> {
    const { control, refusal } = this.#parts;
    if (refusal) throw new ExpectedError(refusal);
    await this.#log.append({ type: 'OPEN', engine: ENGINE_VERSION, host: thisHost() });
    await giveUpRequests(this.#log);
    const fates = await readFates(this.#folder);
    this.#verdicts = fates.verdicts;
    let end: SendEnd | null = null;
    try {
      await control.look();
      end = await this.#heard();
      // Asked while nothing was in flight: once more, for the records that are uncertain alone.
      while (end === null) end = (await this.#takeUp(fates)) ?? (await this.#heard());
    } catch (error) {
      if (!this.#sending) throw error;
      end = this.#failed(error);
    }
    await this.#done(end);
  }

  /** Obeys what was asked while nothing is in flight; null when it is to go on. */
  async #heard(): Promise<SendEnd | null> {
    const { control } = this.#parts;
    const { intents } = this.#log.state;
    if (control.asked !== null && intents === 0) return this.#canceled();
    if (control.asked === 'lost') throw new JobLost();
    await recordStop(this.#log, control);
    const { stopped, unsettled } = this.#log.state;
    return stopped && unsettled.length === 0 ? { kind: 'stopped' } : null;
  }

  async #takeUp(fates: RowFates): Promise<SendEnd | null> {
    await this.#assertAsFrozen();
    const { lost, changes } = await this.#lostRequests(fates);
    const place = await this.#open(changes);
    if (place === null) return null;
    const { stopped } = this.#log.state;
    if (!stopped) await this.#log.append({ type: 'CHECK', rows: this.#verdicts.total });
    return this.#send(place, lost);
  }

  async #assertAsFrozen(): Promise<void> {
    const { size, sha256 } = this.#definition.source;
    const path = inputPath(this.#folder);
    const hash = createHash('sha256');
    const same = (await stat(path).catch(() => null))?.size === size;
    if (same) await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash);
    if (!same || hash.digest('hex') !== sha256) throw new ExpectedError({ code: 'undo.listChanged' });
  }

  /** Counts the records, and writes down those for which nothing can be done. Whether any is to be put back. */
  async #check(): Promise<boolean | null> {
    const { control } = this.#parts;
    let marked = this.#clock.monotonic();
    let bad: BadRow[] = [];
    let changes = false;
    const flush = async (least: number) => {
      for (; bad.length >= least; bad = bad.slice(BAD_ROWS_PER_RECORD)) {
        await this.#log.append({ type: 'INVALID', rows: bad.slice(0, BAD_ROWS_PER_RECORD) });
      }
    };
    for await (const lines of readUndoList(inputPath(this.#folder))) {
      for (const { cannot, before, id } of lines) {
        const row = ++this.#verdicts.total;
        changes ||= before !== undefined;
        if (cannot === undefined) continue;
        this.#verdicts.set(row, INVALID);
        bad.push({
          row,
          problems: [{ column: null, message: { code: `undo.cannot.${cannot}`, args: { id } } }],
        });
      }
      await flush(BAD_ROWS_PER_RECORD);
      if (control.asked !== null) return null;
      if (this.#clock.monotonic() - marked < CHECK_RECORD_MS) continue;
      marked = this.#clock.monotonic();
      await this.#log.append({ type: 'CHECK', rows: this.#verdicts.total });
    }
    await flush(1);
    return changes;
  }

  /** Null when something was asked meanwhile. */
  async #open(changes: boolean): Promise<Place | null> {
    const { target, plan, id } = this.#definition;
    const endpoint = this.#parts.createEndpoint(this.#definition);
    if (!endpoint.takeBack) throw new ExpectedError({ code: 'undo.onlyRows' });
    const { control, budget, log } = this.#parts;
    const patience = new Patience(endpoint, this.#log.state.stopped ? UNHEARD : control, this.#clock, {
      ...(budget ? { budget } : {}),
      onWait: ({ detail }, ms) => log('warn', `${id}: ${detail.code} while reading; asked again in ${ms} ms`),
    });
    const schema = await patience.ask((signal) => endpoint.describe(target.id, signal), FEW_TRIES);
    if (schema === null) return null;
    // What was replaced is merged back; to delete takes no fields, which may be others by now.
    const layout: RecordLayout = changes
      ? { ...layoutOf(schema, plan), mode: 'update' }
      : { fields: [], key: null, startColumn: null, mode: 'update' };
    const writer = endpoint.writer(schema, layout, { id });
    return { endpoint, layout, writer, takeBack: endpoint.takeBack(schema, layout) };
  }

  async #send({ endpoint, layout, writer, takeBack }: Place, lost: readonly LostRequest[]): Promise<SendEnd> {
    const { control, budget } = this.#parts;
    const shared = { takeBack, control, clock: this.#clock, ...(budget ? { budget } : {}) };
    const live = new LiveRecords({
      ...shared,
      endpoint,
      onTrouble: ({ detail }) =>
        this.#parts.log('warn', `${this.#definition.id}: ${detail.code} while reading`),
    });
    const records = this.#pending();
    const sender = new UndoSender({
      ...shared,
      writer,
      layout,
      live,
      records,
      log: this.#log,
      verdicts: this.#verdicts,
      onBug: (error) => this.#onBug(error),
    });
    try {
      await sender.takeUp(lost);
      this.#sending = true;
      if (this.#log.state.stopped) return { kind: 'stopped' };
      return await sender.run();
    } finally {
      await records.return(undefined);
    }
  }

  /** The records that nothing was decided of, in groups. */
  async *#pending(): AsyncGenerator<readonly UndoRecord[], undefined> {
    let group: UndoRecord[] = [];
    let row = 0;
    for await (const lines of readUndoList(inputPath(this.#folder))) {
      for (const line of lines) {
        if (this.#verdicts.get(++row) !== PENDING) continue;
        group.push(recordOf(row, line));
        if (group.length < READ_AT_ONCE) continue;
        yield group;
        group = [];
      }
    }
    if (group.length > 0) yield group;
    return undefined;
  }

  async #lostRequests(fates: RowFates): Promise<{ lost: LostRequest[]; changes: boolean }> {
    const wanted = new Set(fates.uncertain.flatMap(({ rows }) => [...ordinalsIn(rows)]));
    const found = new Map<number, UndoLine>();
    let [row, changes] = [0, false];
    for await (const lines of readUndoList(inputPath(this.#folder))) {
      for (const line of lines) {
        if (wanted.has(++row)) found.set(row, line);
        changes ||= line.before !== undefined;
      }
    }
    const lost = fates.uncertain.map(({ batch, rows }) => ({
      batch,
      records: [...ordinalsIn(rows)].flatMap((one) => {
        const line = found.get(one);
        return line === undefined ? [] : [recordOf(one, line)];
      }),
    }));
    return { lost, changes };
  }

  #canceled(): SendEnd {
    if (this.#parts.control.asked === 'lost') throw new JobLost();
    return { kind: 'canceled' };
  }

  #failed(error: unknown): SendEnd {
    if (error instanceof ExpectedError) return { kind: 'failed', failure: error.detail };
    if (error instanceof JobLost) throw error;
    this.#onBug(error);
    const detail = error instanceof Error ? error.name : 'unknown';
    return { kind: 'failed', failure: { code: 'job.unexpected', args: { detail } } };
  }

  async #done(end: SendEnd): Promise<void> {
    const rows = this.#verdicts.rangesOf(PENDING);
    const planned = this.#log.state.counts.total !== null && rows.length > 0;
    await this.#log.appendDurable({
      type: 'DONE',
      status: end.kind === 'allSent' || end.kind === 'stopped' ? 'completed' : end.kind,
      failures: end.kind === 'failed' ? [end.failure] : [],
      unprocessed: planned ? [{ rows, reason: { code: REASON_OF_END[end.kind] } }] : [],
    });
  }

  #onBug(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log('error', `${this.#definition.id}: ${text}`);
  }
}

const REASON_OF_END = {
  allSent: 'undo.notReached',
  stopped: 'undo.stopped',
  failed: 'undo.notReached',
  canceled: 'undo.stopped',
} as const satisfies Record<SendEnd['kind'], string>;
