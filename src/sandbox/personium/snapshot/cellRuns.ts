import type { Cell } from '../cellModel';
import type { PersoniumCode } from '../errors';
import { isPersoniumCode, PersoniumError } from '../errors';
import { SnapshotArea } from './area';
import type { SnapshotHooks } from './hooks';
import type { ExportDocument, FailureBody, ImportDocument } from './progress';
import { isWorthShowing, percentOf } from './progress';
import type { ReadSnapshot } from './readSnapshot';
import { loadSnapshot } from './readSnapshot';
import type { RunClock } from './runClock';
import { writeSnapshot } from './writeSnapshot';

/** What runs need of the unit. */
export interface RunSurroundings {
  readonly hooks: () => SnapshotHooks;
  readonly clock: RunClock;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of failures of the sandbox itself. */
  readonly onBug: (error: unknown) => void;
}

export type CellLock = 'normal' | 'import' | 'export';

/** Imports into and exports of one cell, of which one at a time runs, and what is left of them. */
export class CellRuns {
  readonly area = new SnapshotArea();
  lock: CellLock = 'normal';
  /** The last import has failed: nearly everything is refused. */
  hasFailed = false;
  /** What tells of the failed import; null where it was lost. */
  failure: ImportDocument | null = null;
  importing: ImportDocument | null = null;
  exporting: ExportDocument | null = null;
  /** How far the import is by what it has done, whatever it shows. */
  percent = 0;

  constructor(
    readonly cell: Cell,
    private readonly around: RunSurroundings,
  ) {}

  /** Begins an import; it goes on by itself. */
  startImport(name: string, snapshot: ReadSnapshot): void {
    this.lock = 'import';
    this.percent = 0;
    const startedAt = new Date(this.around.now()).toISOString();
    this.#goOn(() => this.#import(name, snapshot, startedAt));
  }

  startExport(name: string, unitUrl: string): void {
    this.lock = 'export';
    const startedAt = new Date(this.around.now()).toISOString();
    this.#goOn(() => this.#export(name, unitUrl, startedAt));
  }

  #goOn(run: () => Promise<void>): void {
    run().catch((error: unknown) => {
      if (!(error instanceof Error && error.name === 'AbortError')) {
        this.around.onBug(error);
      }
    });
  }

  async #import(name: string, snapshot: ReadSnapshot, startedAt: string): Promise<void> {
    const { around, cell } = this;
    const show = (percent: number): ImportDocument => ({
      status: 'importation in progress',
      started_at: startedAt,
      progress: `${percent}%`,
      importation_name: name,
    });
    await around.clock.wait(around.hooks().startDelayMs);
    this.importing = show(0);
    if (!around.hooks().keepsAccounts) {
      cell.clear(around.now());
    }
    const planned = await this.#stepThrough(snapshot, (percent) => {
      this.importing = show(percent);
    });
    const mostUnits = planned === null ? Infinity : Math.floor((snapshot.total * this.percent) / 100);
    const failure = planned ?? this.#load(snapshot, mostUnits);
    if (planned !== null) {
      this.#load(snapshot, mostUnits);
    }
    if (failure === null) {
      this.hasFailed = false;
      this.failure = null;
    } else {
      this.hasFailed = true;
      const shown = { ...this.importing, status: 'import failed' as const, message: failure };
      this.failure = around.hooks().failureFileLost ? null : shown;
    }
    this.importing = null;
    this.lock = 'normal';
  }

  /** Goes through the time an import takes; answers the failure that was planned for it. */
  async #stepThrough(
    { total, units }: ReadSnapshot,
    show: (percent: number) => void,
  ): Promise<FailureBody | null> {
    const { clock, hooks } = this.around;
    let shown = 0;
    for (let step = 1; step <= hooks().steps; step++) {
      const { importMs, steps, failure } = hooks();
      await clock.wait(importMs / steps);
      const last = hooks().lastPercent ?? percentOf(units, total);
      const percent = Math.trunc((last * step) / steps);
      if (failure !== null && percent >= failure.at) {
        this.percent = failure.at;
        show(failure.at);
        return { code: failure.code, message: { lang: 'en', value: failure.text } };
      }
      await clock.waitWhile(() => {
        const { stuckAt } = hooks();
        const isStuck = stuckAt !== null && percent >= stuckAt;
        this.percent = isStuck ? stuckAt : percent;
        return isStuck;
      });
      if (percent >= hooks().oldFailureUntil) {
        this.hasFailed = false;
      }
      if (hooks().fineProgress || isWorthShowing(percent, shown) || step === steps) {
        shown = percent;
        show(percent);
      }
    }
    return null;
  }

  /** Replaces the contents, and answers why not all could be read. */
  #load(snapshot: ReadSnapshot, mostUnits: number): FailureBody | null {
    const now = this.around.now();
    const { dump, failure } = loadSnapshot(snapshot, mostUnits);
    this.cell.clear(now);
    try {
      this.cell.load(dump, now);
    } catch (error) {
      if (error instanceof PersoniumError) {
        return error.body;
      }
      this.around.onBug(error);
      return new PersoniumError('PR500-SV-0000').body;
    }
    return failure?.body ?? null;
  }

  async #export(name: string, unitUrl: string, startedAt: string): Promise<void> {
    const { around, area } = this;
    const { clock, hooks } = around;
    const show = (percent: number): ExportDocument => ({
      status: 'exportation in progress',
      started_at: startedAt,
      progress: `${percent}%`,
      exportation_name: name,
    });
    await clock.wait(hooks().startDelayMs);
    this.exporting = show(0);
    let shown = 0;
    for (let step = 1; step <= hooks().steps; step++) {
      await clock.wait(hooks().exportMs / hooks().steps);
      const percent = percentOf(step, hooks().steps);
      if (hooks().fineProgress || isWorthShowing(percent, shown)) {
        shown = percent;
        this.exporting = show(percent);
      }
    }
    const { exportFailure } = hooks();
    const now = around.now();
    if (exportFailure === null) {
      const bytes = await writeSnapshot(this.cell.dump(now), { unitUrl, createdAt: now });
      area.put(`${name}.zip`, bytes, { contentType: 'application/zip', now });
    } else {
      const { code, text } = exportFailure;
      const body = JSON.stringify({ code, message: { lang: 'en', value: text } });
      area.release(`${name}.zip`);
      area.put(`${name}.error`, Buffer.from(body), { contentType: 'application/json', now });
    }
    this.exporting = null;
    this.lock = 'normal';
  }
}

/** The refusal with a code that a hook names. */
export function refusalOf(code: string): PersoniumError {
  const known: PersoniumCode = isPersoniumCode(code) ? code : 'PR500-SV-0000';
  return new PersoniumError(known);
}
