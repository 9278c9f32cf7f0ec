import { readdir } from 'node:fs/promises';
import { ExpectedError } from '../message';
import { Answers } from './answers';
import { NEW_JOB, foldDamage } from './fold';
import { isTerminal } from './stages';
import type { JobState } from './fold';
import type { ImportJob, JobChange, JobDefinition } from './job';
import { isJobId, jobFolder, journalPath, readDefinition } from './jobFolder';
import { JournalDamaged, JournalReader } from './journal';
import { isHeld, jobKey, targetKey } from './ownership';
import { viewOf } from './view';

export interface JobStoreOptions {
  /** Whether a live process owns the job of a folder. */
  readonly isLive?: (folder: string) => Promise<boolean>;
}

interface Entry {
  readonly folder: string;
  readonly definition: JobDefinition;
  readonly reader: JournalReader;
  state: JobState;
  live: boolean;
  /** A person has decided something that nobody has taken in yet. */
  answered: boolean;
  readonly answers: Answers;
  blocked: string | null;
  view: ImportJob;
  /** What is shown, for telling whether it changed. */
  shown: string;
}

/**
 * All jobs of a folder, whoever runs them: the one source of truth for every view. It reads `job.json` and follows the
 * journals; it never writes. Folders that are being made or taken away are passed over.
 */
export class JobStore {
  readonly #jobsFolder: string;
  readonly #isLive: (folder: string) => Promise<boolean>;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(change: JobChange) => void>();
  #sorted: readonly ImportJob[] = [];
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #disposed = false;

  constructor(jobsFolder: string, options: JobStoreOptions = {}) {
    this.#jobsFolder = jobsFolder;
    this.#isLive = options.isLive ?? ((folder) => isHeld(jobKey(folder)));
  }

  /** Newest first by the time of submission. */
  jobs(): readonly ImportJob[] {
    return this.#sorted;
  }

  get(jobId: string): ImportJob | undefined {
    return this.#entries.get(jobId)?.view;
  }

  /** Tells of changes in what is shown; a change that shows nothing new is not told. */
  onDidChange(listener: (change: JobChange) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Takes in what a journal can't say itself: that it can't be written now, by the system's code; null when it can. */
  setBlocked(jobId: string, code: string | null): void {
    const entry = this.#entries.get(jobId);
    if (!entry || this.#disposed) return;
    const before = this.#shown();
    entry.blocked = code;
    this.#show();
    this.#tell(before);
  }

  /** Takes in everything that is on the disk at the time of the call. Calls that come meanwhile share one reading. */
  refresh(): Promise<void> {
    if (this.#running) return (this.#next ??= this.#running.then(() => this.#start()));
    return this.#start();
  }

  /** Refreshes at an interval, one reading at a time, until disposed. Does not keep the process alive. */
  follow(intervalMs: number): { dispose(): void } {
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const again = () => {
      if (stopped || this.#disposed) return;
      timer = setTimeout(() => void this.refresh().finally(again), intervalMs);
      timer.unref();
    };
    void this.refresh().finally(again);
    return {
      dispose: () => {
        stopped = true;
        clearTimeout(timer);
      },
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
  }

  #start(): Promise<void> {
    this.#next = null;
    const running = this.#refreshAll().finally(() => {
      if (this.#running === running) this.#running = null;
    });
    this.#running = running;
    return running;
  }

  async #refreshAll(): Promise<void> {
    const ids = new Set(await this.#listIds());
    const before = this.#shown();
    for (const id of [...this.#entries.keys()].filter((known) => !ids.has(known))) this.#entries.delete(id);
    for (const id of ids) {
      if (!(await this.#refreshOne(id))) this.#entries.delete(id);
    }
    if (this.#disposed) return;
    this.#show();
    this.#tell(before);
  }

  #shown(): ReadonlyMap<string, string> {
    return new Map([...this.#entries].map(([id, { shown }]) => [id, shown]));
  }

  async #listIds(): Promise<string[]> {
    try {
      const entries = await readdir(this.#jobsFolder, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory() && isJobId(entry.name)).map(({ name }) => name);
    } catch (error) {
      // A folder that can't be listed for a moment keeps what was known of it.
      return error instanceof Error && 'code' in error && error.code === 'ENOENT'
        ? []
        : [...this.#entries.keys()];
    }
  }

  /** False when there is no whole job (any more). */
  async #refreshOne(id: string): Promise<boolean> {
    const known = this.#entries.get(id);
    if (known && isTerminal(known.state.stage)) return true;
    try {
      const entry = known ?? (await this.#load(id));
      await readState(entry);
      if (!isTerminal(entry.state.stage)) {
        entry.live = await this.#isLive(entry.folder);
        // The owner may have written its last records between the two looks.
        if (!entry.live) await readState(entry);
        entry.answered = !entry.live && (await entry.answers.areOpen(entry.state));
      }
      this.#entries.set(id, entry);
      return true;
    } catch {
      // A folder that can't be read for a moment keeps what was known of it.
      return known !== undefined;
    }
  }

  async #load(id: string): Promise<Entry> {
    const folder = jobFolder(this.#jobsFolder, id);
    const definition = await readDefinition(folder);
    if (definition.id !== id) throw new ExpectedError({ code: 'job.definitionDamaged' });
    return {
      folder,
      definition,
      reader: new JournalReader(journalPath(folder)),
      state: NEW_JOB,
      live: true,
      answered: false,
      answers: new Answers(folder),
      blocked: null,
      view: viewOf(folder, definition, NEW_JOB, { live: true, ahead: 0 }),
      shown: '',
    };
  }

  /** Brings the views up to date; places in the queue depend on the other jobs. */
  #show(): void {
    const oldestFirst = [...this.#entries.values()].sort(
      (a, b) =>
        a.definition.submittedAt - b.definition.submittedAt || (a.definition.id < b.definition.id ? -1 : 1),
    );
    const before = new Map<string, number>();
    for (const entry of oldestFirst) {
      const target = targetKey(entry.definition.target);
      const ahead = before.get(target) ?? 0;
      if (!isTerminal(entry.state.stage) && entry.live) before.set(target, ahead + 1);
      const { live, blocked } = entry;
      const { host } = entry.definition;
      const view = {
        ...(host === undefined ? {} : { host }),
        ...viewOf(entry.folder, entry.definition, entry.state, { live, ahead, blocked }),
        ...(entry.answered ? ({ canResume: true } as const) : {}),
      };
      const shown = JSON.stringify({ ...view, definition: null });
      if (shown === entry.shown) continue;
      entry.view = view;
      entry.shown = shown;
    }
    this.#sorted = oldestFirst.reverse().map(({ view }) => view);
  }

  #tell(before: ReadonlyMap<string, string>): void {
    for (const [jobId, { shown }] of [...this.#entries]) {
      const old = before.get(jobId);
      if (old === undefined) this.#emit({ jobId, kind: 'added' });
      else if (old !== shown) this.#emit({ jobId, kind: 'changed' });
    }
    for (const jobId of before.keys()) {
      if (!this.#entries.has(jobId)) this.#emit({ jobId, kind: 'removed' });
    }
  }

  #emit(change: JobChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}

/** A damaged journal makes the job Failed, with what can be told. */
async function readState(entry: Entry): Promise<void> {
  try {
    await entry.reader.read();
    entry.state = entry.reader.state;
  } catch (error) {
    if (!(error instanceof JournalDamaged)) throw error;
    entry.state = foldDamage(error.state, { code: 'job.journalDamaged', args: { record: error.record } });
  }
}
