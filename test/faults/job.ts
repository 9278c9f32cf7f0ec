import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SandboxProcess, SandboxRecord } from '../e2e/stage/sandbox';
import type { Case, Row } from './cases';
import { idsIn, markOf, rowsOf } from './cases';
import type { Account, Summary } from './checker';
import { runCli, runDirect } from './cli';
import type { CliEnd, CliOptions } from './cli';
import type { ProbeOrder } from './probe/order';

/** What happens to one process of a job's life; the next one takes the job up. */
export type Life = Pick<CliOptions, 'killAfterMs' | 'onStart'> & { readonly order?: ProbeOrder };

interface Place {
  readonly sandbox: SandboxProcess;
  readonly engine: string;
  readonly below: string;
}

/** Rows of all jobs that are copies have this mark. */
const MARK = markOf(1_000_000_007);

/** The job is there, and has not begun. */
const UNBEGUN: ProbeOrder = { killAtName: { name: 'before write journal.log', nth: 1 } };

/** One import from its file to its end, in as many processes as it takes. */
export class Job {
  readonly kind: Case;
  readonly rows: readonly Row[];
  /** Processes that were killed. */
  kills = 0;
  /** Milliseconds that processes took which came to their end, and those in which they wrote the journal. */
  readonly spent = { all: 0, journal: 0 };
  readonly #sandbox: SandboxProcess;
  readonly #engine: string;
  readonly #folder: string;
  readonly #more: readonly string[];
  readonly #direct: boolean;
  /** What every process of it is told. */
  readonly #order: ProbeOrder;
  #summary: Summary | null = null;

  constructor(
    kind: Case,
    rows: readonly Row[],
    {
      sandbox,
      engine,
      folder,
      more = [],
      order = {},
      direct = false,
    }: Omit<Place, 'below'> & {
      folder: string;
      more?: readonly string[];
      order?: ProbeOrder;
      direct?: boolean;
    },
  ) {
    this.kind = kind;
    this.rows = rows;
    this.#sandbox = sandbox;
    this.#engine = engine;
    this.#folder = folder;
    this.#more = more;
    this.#order = order;
    this.#direct = direct;
  }

  /**
   * A copy of a job that nobody has run, on an endpoint that has been reset: it is lived by processes that start quickly.
   * Its rows are the same in every copy.
   */
  static async copied(kind: Case, count: number, place: Place, order: ProbeOrder): Promise<Job> {
    const { sandbox, engine, below } = place;
    const rows = rowsOf(MARK, count);
    const template = path.join(below, 'templates', `${kind.name}-${count}`);
    if (!existsSync(template)) await makeTemplate(template, kind, rows, place);
    const folder = await mkdtemp(path.join(below, 'job-'));
    await cp(template, folder, { recursive: true });
    if (kind.before) {
      const before = new Job(kind, rows, {
        sandbox,
        engine,
        folder: path.join(folder, 'before'),
        direct: true,
      });
      const { exitCode, errors } = await before.live();
      if (exitCode !== 0) throw new Error(`the records to change could not be made: ${errors}`);
    }
    if (kind.disturbance) await sandbox.ask(kind.system, 'POST', 'disturb', kind.disturbance);
    return new Job(kind, rows, { sandbox, engine, folder, order, direct: true });
  }

  /** Writes the file, and makes the records that it changes. `more`: arguments of the import. `again`: the
   * endpoint is as an import has left it. */
  static async prepare(
    kind: Case,
    rows: readonly Row[],
    {
      sandbox,
      engine,
      below,
      more = [],
      again = false,
    }: Place & { more?: readonly string[]; again?: boolean },
  ): Promise<Job> {
    await mkdir(below, { recursive: true });
    const folder = await mkdtemp(path.join(below, 'job-'));
    const job = new Job(kind, rows, { sandbox, engine, folder, more });
    await writeCsv(job.file, kind.header, rows.map(kind.cells));
    const { before } = again ? {} : kind;
    if (before) {
      const old = path.join(folder, 'before.csv');
      const has = before.has ?? (() => true);
      await writeCsv(old, before.header, rows.filter(has).map(before.cells));
      const place = placeArgs(kind, sandbox);
      const args = ['import', old, ...place, ...before.args, '--jobs', path.join(folder, 'before')];
      const { exitCode, errors } = await runCli(args, { engine, sandbox });
      if (exitCode !== 0) throw new Error(`the records to change could not be made: ${errors}`);
    }
    if (kind.disturbance && !again) await sandbox.ask(kind.system, 'POST', 'disturb', kind.disturbance);
    return job;
  }

  get file(): string {
    return path.join(this.#folder, 'rows.csv');
  }

  get jobsFolder(): string {
    return path.join(this.#folder, 'jobs');
  }

  /** Its id; null before the job exists. */
  get id(): string | null {
    if (!existsSync(this.jobsFolder)) return null;
    const [id] = readdirSync(this.jobsFolder).filter((name) =>
      existsSync(path.join(this.jobsFolder, name, 'job.json')),
    );
    return id ?? null;
  }

  get folder(): string {
    return path.join(this.jobsFolder, this.id ?? '');
  }

  /** Begins the import, or takes it up. */
  async live(life: Life = {}): Promise<CliEnd> {
    const { id, kind } = this;
    const args =
      id === null
        ? ['import', this.file, ...placeArgs(kind, this.#sandbox), ...kind.args, ...this.#more]
        : ['resume', id];
    const end =
      this.#direct && id !== null
        ? await this.#directly('run', life)
        : await this.command([...args, '--json'], life);
    if (end.exitCode === null) this.kills++;
    this.#note(end.lines);
    this.#summary = end.lines.map(summaryIn).find((one) => one !== null) ?? this.#summary;
    return end;
  }

  #note(lines: readonly string[]): void {
    for (const line of lines.filter((one) => one.includes('"spent"'))) {
      const { journalMs, ms } = JSON.parse(line) as { readonly journalMs: number; readonly ms: number };
      this.spent.all += ms;
      this.spent.journal += journalMs;
    }
  }

  /** Begins it and takes it up until it has ended, one life after the other; the last of `lives` is repeated. */
  async liveToEnd(lives: (index: number) => Life, most = 200): Promise<CliEnd> {
    for (let index = 0; index < most; index++) {
      const end = await this.live(lives(index));
      if (end.exitCode !== null && (await this.hasEnded(end))) return end;
    }
    throw new Error(`the import has not ended after ${most} processes`);
  }

  async hasEnded({ exitCode }: CliEnd): Promise<boolean> {
    if (exitCode !== 3) return exitCode !== 64;
    if (this.id === null) return false;
    // Another command may have ended it: what was said before may be out of date.
    this.#summary = await this.#listed(this.id);
    const { status } = this.#summary;
    return status === 'failed' || status === 'completed' || status === 'canceled';
  }

  /** Runs another command on the same folder of jobs. */
  command(args: readonly string[], life: Life = {}): Promise<CliEnd> {
    return runCli([...args, '--jobs', this.jobsFolder], {
      engine: this.#engine,
      sandbox: this.#sandbox,
      ...this.#ordered(life),
    });
  }

  /** Without the command line. `folder`: of another job than this one. */
  #directly(what: string, life: Life = {}, folder = this.folder): Promise<CliEnd> {
    return runDirect([what, folder], {
      engine: this.#engine,
      sandbox: this.#sandbox,
      ...this.#ordered(life),
    });
  }

  #ordered(life: Life): Life {
    return { ...life, order: { ...this.#order, ...life.order } };
  }

  /** Begins to take a job that is a copy back; the id of the undo. */
  async beginUndo(): Promise<string> {
    const { lines, errors } = await this.#directly('undo');
    const [line] = lines;
    if (line === undefined) throw new Error(`the import can't be taken back: ${errors}`);
    return (JSON.parse(line) as { readonly jobId: string }).jobId;
  }

  /** One life of another job beside it. */
  liveOf(id: string, life: Life = {}): Promise<CliEnd> {
    return this.#directly('run', life, path.join(this.jobsFolder, id));
  }

  /** What the product says of the job: its summary, and its documents. */
  async account(): Promise<Account> {
    const id = this.id ?? '';
    const summary = this.#summary ?? (await this.#listed(id));
    const told = (name: string) => (this.#direct ? this.#directly(name) : this.command([name, id]));
    const read = async (name: string) => (await told(name)).lines.join('\n');
    return {
      summary,
      unimported: idsIn(summary.unimported + summary.unknown > 0 ? await read('unimported') : ''),
      uncertain: idsIn(summary.unknown > 0 ? await read('uncertain') : ''),
    };
  }

  async #listed(id: string): Promise<Summary> {
    if (this.#direct) {
      const told = (await this.#directly('show')).lines.map(summaryIn).find((one) => one !== null);
      if (told) return told;
    }
    const { lines, errors } = await this.command(['list', '--json']);
    const found = lines.map((line) => JSON.parse(line) as Summary).find(({ jobId }) => jobId === id);
    if (!found) throw new Error(`the import is not listed: ${errors}`);
    return found;
  }

  async records(): Promise<SandboxRecord[]> {
    const { system, container } = this.kind;
    return system === 'kintone' ? this.#sandbox.records(container) : this.#sandbox.entities(container);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** All that the product shows of it. */
  async shown(): Promise<Shown> {
    const { lines, errors } = await this.command(['show', this.id ?? '', '--json']);
    const [line] = lines;
    if (line === undefined) throw new Error(`nothing is shown of the import: ${errors}`);
    return JSON.parse(line) as Shown;
  }
}

/** Files and jobs of a run as they are before it. */
async function makeTemplate(folder: string, kind: Case, rows: readonly Row[], place: Place): Promise<void> {
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  const { before } = kind;
  if (before) {
    const old = { ...kind, args: before.args, header: before.header, cells: before.cells };
    const has = before.has ?? (() => true);
    await makeUnbegun(path.join(part, 'before'), old, rows.filter(has), place);
  }
  await makeUnbegun(part, kind, rows, place);
  await cp(part, folder, { recursive: true });
  await rm(part, { recursive: true });
}

async function makeUnbegun(
  folder: string,
  kind: Case,
  rows: readonly Row[],
  { sandbox, engine }: Place,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const job = new Job(kind, rows, { sandbox, engine, folder });
  await writeCsv(job.file, kind.header, rows.map(kind.cells));
  const { errors } = await job.live({ order: UNBEGUN });
  if (job.id === null) throw new Error(`no job was made: ${errors}`);
  for (const name of ['journal.log', 'out'])
    await rm(path.join(job.folder, name), { recursive: true, force: true });
}

interface Shown {
  readonly status: string;
  readonly phase: { readonly kind: string };
  readonly failures: readonly { readonly code: string }[];
  readonly guarantee?: string;
}

function summaryIn(line: string): Summary | null {
  const event = JSON.parse(line) as { readonly event?: string } & Summary;
  return event.event === 'summary' ? event : null;
}

function placeArgs(kind: Case, { access, cell }: SandboxProcess): string[] {
  return kind.system === 'kintone'
    ? ['--base-url', access.baseUrl, '--app', kind.container]
    : ['--cell-url', cell.cellUrl, '--entity-set', kind.container];
}

async function writeCsv(
  file: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<void> {
  await writeFile(file, [header, ...rows].map((cells) => `${cells.join(',')}\n`).join(''));
}
