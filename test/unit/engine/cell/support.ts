import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type {
  CellContents,
  CellImportState,
  CellSnapshots,
  ExportState,
  StartAnswer,
  StoredSnapshot,
} from '../../../../src/core/endpoints/cellSnapshots';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { createCellJob } from '../../../../src/core/engine/cell/createCellJob';
import type { SubmitCellRequest } from '../../../../src/core/engine/cell/createCellJob';
import { runCellJob } from '../../../../src/core/engine/cell/runCellJob';
import { PJSON_FILES } from '../../../../src/core/engine/cell/snapshotLayout';
import type { Clock } from '../../../../src/core/engine/clock';
import { ControlWatch } from '../../../../src/core/jobs/control';
import type { JobState } from '../../../../src/core/jobs/fold';
import type { ImportJob, JobTarget } from '../../../../src/core/jobs/job';
import { jobFolder, newJobId, readDefinition } from '../../../../src/core/jobs/jobFolder';
import { Journal } from '../../../../src/core/jobs/journal';
import type { JobEvent } from '../../../../src/core/jobs/records';
import { viewOf } from '../../../../src/core/jobs/view';
import type { Message } from '../../../../src/core/message';
import { withFolder } from '../../jobs/support';

export const CELL: JobTarget = {
  system: 'personium',
  connectionId: 'test',
  connectionName: 'Test',
  baseUrl: 'http://localhost:1/shop',
  id: '',
  name: 'shop',
  url: 'http://localhost:1/shop/',
};

/** Entries of a good snapshot: a box, two accounts, a role, three entities and a file. */
export function snapshotParts(): Map<string, string | Buffer> {
  const line = (type: string, id: number) =>
    `${JSON.stringify({ _index: 'u', _type: type, _id: `${type}${id}`, _source: { s: { Name: `${type} ${id}` } } })}\n`;
  const parts = new Map<string, string | Buffer>([
    [
      '00_manifest.json',
      '{"export_version":2,"unit_url":"https://unit.example/","create_date":1597222832099}',
    ],
    ['10_odata/00_cell.json', '{"_index":"u","_type":"Cell","_id":"c","_source":{"s":{"Name":"shop"}}}'],
    ...PJSON_FILES.map((name) => [name, ''] as const),
    ['20_webdav/.pmeta', '{}'],
    ['20_webdav/__/.pmeta', '{}'],
    ['20_webdav/__/a.txt/content', 'hello'],
  ]);
  parts.set('10_odata/10_box.pjson', line('Box', 1));
  parts.set('10_odata/11_account.pjson', line('Account', 1) + line('Account', 2));
  parts.set('10_odata/20_role.pjson', line('Role', 1));
  parts.set('10_odata/40_entitytype.pjson', line('EntityType', 1));
  parts.set('10_odata/70_userdata.pjson', line('UserData', 1) + line('UserData', 2) + line('UserData', 3));
  return parts;
}

export const SNAPSHOT_CONTENTS: Required<CellContents> = {
  boxes: 1,
  accounts: 2,
  roles: 1,
  relations: 0,
  externalCells: 0,
  entityTypes: 1,
  entities: 3,
};

export async function writeZip(file: string, parts: ReadonlyMap<string, string | Buffer>): Promise<void> {
  const zip = new ZipFile();
  for (const [name, content] of parts) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

/** Time that passes only when someone sleeps; what is to happen meanwhile happens then. */
export class CellClock implements Clock {
  time = 1_000_000;
  onSleep: ((until: number) => void | Promise<void>) | null = null;
  readonly #random: () => number;

  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  random(): number {
    return this.#random();
  }
  async sleep(ms: number): Promise<void> {
    this.time += ms;
    await this.onSleep?.(this.time);
  }
}

/** A cell that answers as it is told to. */
export class ScriptedCell implements CellSnapshots {
  readonly calls: string[] = [];
  stored: StoredSnapshot[] = [];
  lockAnswer: () => Awaited<ReturnType<CellSnapshots['lock']>> = () => 'unknown';
  states: () => CellImportState = () => ({ kind: 'ready' });
  exports: (name: string) => ExportState = () => ({ kind: 'absent' });
  start: () => StartAnswer | Promise<StartAnswer> = () => ({ kind: 'accepted' });
  startsExport: (name: string) => StartAnswer = () => ({ kind: 'accepted' });
  counts: () => CellContents | Promise<CellContents> = () => ({});
  uploads: (() => Promise<void>) | null = null;
  exportedZip: string | null = null;

  about(): ReturnType<CellSnapshots['about']> {
    return Promise.resolve({ name: 'shop', url: CELL.url, unitUrl: 'http://localhost:1/' });
  }
  list(): Promise<readonly StoredSnapshot[]> {
    this.calls.push('list');
    return Promise.resolve(this.stored);
  }
  async upload(...[name, file, progress]: Parameters<CellSnapshots['upload']>): Promise<void> {
    this.calls.push(`upload ${name}`);
    progress(Math.floor(file.size / 2));
    await this.uploads?.();
    progress(file.size);
    this.stored = [
      ...this.stored.filter((one) => one.name !== name),
      { name, size: file.size, modifiedAt: 1 },
    ];
  }
  async download(...[name, to]: Parameters<CellSnapshots['download']>): Promise<void> {
    this.calls.push(`download ${name}`);
    if (this.exportedZip !== null) await writeFile(to, this.exportedZip);
    else await writeZip(to, snapshotParts());
  }
  remove(name: string): Promise<void> {
    this.calls.push(`remove ${name}`);
    this.stored = this.stored.filter((one) => one.name !== name);
    return Promise.resolve();
  }
  startExport(name: string): Promise<StartAnswer> {
    this.calls.push(`startExport ${name}`);
    return Promise.resolve(this.startsExport(name));
  }
  exportState(name: string): Promise<ExportState> {
    return Promise.resolve(this.exports(name));
  }
  async startImport(name: string): Promise<StartAnswer> {
    this.calls.push(`startImport ${name}`);
    return this.start();
  }
  importState(): Promise<CellImportState> {
    return Promise.resolve(this.states());
  }
  lock(): ReturnType<CellSnapshots['lock']> {
    return Promise.resolve(this.lockAnswer());
  }
  async contents(): Promise<CellContents> {
    return this.counts();
  }
  recreate(): Promise<void> {
    return Promise.resolve();
  }

  count(call: string): number {
    return this.calls.filter((one) => one.startsWith(call)).length;
  }
}

/** Each state in turn; the last one stays. */
export function inTurn<T>(...values: readonly [T, ...T[]]): () => T {
  let at = 0;
  return () => values[Math.min(at++, values.length - 1)] ?? values[0];
}

export const ready: CellImportState = { kind: 'ready' };
export const running = (percent: number, startedAt = 5_000, name = 'snap'): CellImportState => ({
  kind: 'running',
  name,
  startedAt,
  percent,
});
export const failed = (startedAt: number | null = 5_000, percent = 60, name = 'snap'): CellImportState => ({
  kind: 'failed',
  name,
  startedAt,
  percent,
  message: { code: 'cell.importFailed', args: { code: 'PR409-OD-0003' }, verbatim: 'It exists.' },
});
export const notKnown = (code = 'cell.signInNotTaken'): CellImportState => ({
  kind: 'notKnown',
  message: { code },
});

/** Nothing is shown before the order; afterwards the states in turn. */
export function cellWith(...states: readonly [CellImportState, ...CellImportState[]]): ScriptedCell {
  return cellAfter(ready, ...states);
}

export function cellAfter(
  before: CellImportState,
  ...states: readonly [CellImportState, ...CellImportState[]]
): ScriptedCell {
  const cell = new ScriptedCell();
  const later = inTurn(...states);
  cell.states = () => (cell.count('startImport') > 0 ? later() : before);
  cell.counts = () =>
    cell.count('startImport') > 0 ? SNAPSHOT_CONTENTS : { ...SNAPSHOT_CONTENTS, boxes: 9 };
  return cell;
}

export const codes = (messages: readonly Message[] = []) => messages.map(({ code }) => code);
export interface Ran {
  readonly job: ImportJob;
  readonly state: JobState;
  readonly events: readonly JobEvent[];
  readonly clock: CellClock;
  readonly folder: string;
  readonly control: ControlWatch;
}

export interface RunOptions {
  readonly source?: Partial<SubmitCellRequest['source']>;
  readonly exportFirst?: SubmitCellRequest['exportFirst'];
  readonly clock?: CellClock;
  readonly parts?: ReadonlyMap<string, string | Buffer>;
  readonly onRecord?: (event: JobEvent, control: ControlWatch, clock: CellClock) => void;
  readonly refusal?: Message;
  /** Records of an earlier life of the job. */
  readonly before?: readonly JobEvent[];
}

/** A folder in which cell jobs can be made and run. */
export function withJobs<T>(
  use: (run: (cell: CellSnapshots, options?: RunOptions) => Promise<Ran>, folder: string) => Promise<T>,
): Promise<T> {
  return withFolder((folder) => use((cell, options = {}) => runOne(folder, cell, options), folder));
}

async function runOne(base: string, cell: CellSnapshots, options: RunOptions): Promise<Ran> {
  const jobs = path.join(base, `jobs-${randomUUID()}`);
  await mkdir(jobs);
  const id = newJobId(1_000);
  const folder = jobFolder(jobs, id);
  const file = path.join(jobs, 'snap.zip');
  await writeZip(file, options.parts ?? snapshotParts());
  const source = { origin: 'file', path: file, name: 'snap.zip', uri: 'file:///snap.zip', ...options.source };
  await createCellJob({
    folder,
    id,
    submittedAt: 1_000,
    request: {
      source: source as SubmitCellRequest['source'],
      target: CELL,
      language: 'en',
      ...(options.exportFirst ? { exportFirst: options.exportFirst } : {}),
    },
  });
  const journal = await Journal.open(folder, () => 500_000);
  for (const event of options.before ?? []) await journal.append(event);
  await journal.close();
  return runAgain(folder, cell, options);
}

/** Runs a job that is there already, as after a crash. */
export async function runAgain(folder: string, cell: CellSnapshots, options: RunOptions = {}): Promise<Ran> {
  const clock = options.clock ?? new CellClock();
  const control = new ControlWatch(folder, 1_000_000);
  const events: JobEvent[] = [];
  try {
    await runCellJob(folder, {
      createEndpoint: () => ({ cell }) as Partial<Endpoint> as Endpoint,
      control,
      clock,
      ...(options.refusal ? { refusal: options.refusal } : {}),
      onRecord: (event) => {
        events.push(event);
        options.onRecord?.(event, control, clock);
      },
      log: (level, text) => {
        if (level === 'error') throw new Error(text);
      },
    });
  } finally {
    control.close();
  }
  const journal = await Journal.open(folder);
  const { state } = journal;
  await journal.close();
  const definition = await readDefinition(folder);
  const job = viewOf(folder, definition, state, { live: false, ahead: 0 });
  return { job, state, events, clock, folder, control };
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
