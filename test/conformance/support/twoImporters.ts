import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SandboxOptions } from '../../../src/sandbox/options';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { officialCli } from './officialCli';
import type { CliAccess } from './officialCli';
import { ourCli } from './ourCli';
import type { Ended } from './runProgram';

export type ImporterName = 'official' | 'ours';

/** What both importers are told about a file. */
export interface ImportOptions {
  readonly app: string;
  /** Records are found by this field; rows without a key, or with one that is new, make records. */
  readonly key?: string;
  readonly attachments?: string;
  readonly encoding?: 'utf-8' | 'shift_jis';
  readonly interrupt?: Promise<unknown>;
  /** More arguments for our command line alone. */
  readonly ours?: readonly string[];
}

export interface Imported extends Ended {
  /** The document of rows that were not imported; empty where there is none, as the official CLI has none. */
  readonly unimported: string;
}

/** Two tenants that are alike, one for each importer, so that both can go at once. */
export class TwoImporters {
  readonly official: Sandbox;
  readonly ours: Sandbox;
  readonly #folder: string;
  #files = 0;

  private constructor(official: Sandbox, ours: Sandbox, folder: string) {
    this.official = official;
    this.ours = ours;
    this.#folder = folder;
  }

  static async start(more: SandboxOptions = {}): Promise<TwoImporters> {
    const options = { seed: 'two importers', samples: false, ...more };
    const [official, ours] = await Promise.all([startSandbox(options), startSandbox(options)]);
    return new TwoImporters(official, ours, await mkdtemp(path.join(tmpdir(), 'two-importers-')));
  }

  /** Both tenants as freshly started. */
  reset(): void {
    for (const { control } of this.sandboxes) control.reset();
  }

  get sandboxes(): readonly [Sandbox, Sandbox] {
    return [this.official, this.ours];
  }

  async close(): Promise<void> {
    await Promise.all(this.sandboxes.map((sandbox) => sandbox.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A file of this content, in a folder of its own. */
  async file(content: string | Uint8Array, name = 'input.csv'): Promise<string> {
    const folder = path.join(this.#folder, String(++this.#files));
    await mkdir(folder);
    await writeFile(path.join(folder, name), content);
    return path.join(folder, name);
  }

  /** Imports a file with both. */
  async import(file: string, options: ImportOptions): Promise<Readonly<Record<ImporterName, Imported>>> {
    const [official, ours] = await Promise.all([
      this.importOfficially(file, options),
      this.importOurs(file, options),
    ]);
    return { official, ours };
  }

  async importOfficially(file: string, options: ImportOptions): Promise<Imported> {
    const { app, key, attachments, encoding, interrupt } = options;
    const ended = await officialCli(
      accessTo(this.official),
      [
        ...['import', '--app', app, '--file-path', file],
        ...(key === undefined ? [] : ['--update-key', key]),
        ...(attachments === undefined ? [] : ['--attachments-dir', attachments]),
        ...(encoding === 'shift_jis' ? ['--encoding', 'sjis'] : []),
      ],
      interrupt === undefined ? {} : { interrupt },
    );
    return { ...ended, unimported: '' };
  }

  async importOurs(file: string, options: ImportOptions): Promise<Imported> {
    const { app, key, attachments, encoding, interrupt } = options;
    const jobs = path.join(this.#folder, `jobs ${++this.#files}`);
    const access = { ...accessTo(this.ours), jobs };
    const ended = await ourCli(
      access,
      [
        ...['import', file, '--app', app],
        ...(key === undefined ? [] : ['--mode', 'add-or-update', '--key', key, '--blank-keys', 'add']),
        ...(attachments === undefined ? [] : ['--attachments-dir', attachments]),
        ...(encoding === undefined ? [] : ['--encoding', encoding]),
        ...(options.ours ?? []),
      ],
      interrupt === undefined ? {} : { interrupt },
    );
    const [jobId] = ended.code === 0 ? [] : await readdir(jobs).catch(() => []);
    const unimported = jobId === undefined ? '' : (await ourCli(access, ['unimported', jobId])).out;
    return { ...ended, unimported };
  }
}

function accessTo({ kintone }: Sandbox): CliAccess {
  const { baseUrl, username, password } = kintone;
  return { baseUrl, signIn: { username, password } };
}
