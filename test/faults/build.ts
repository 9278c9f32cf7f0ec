import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { ROOT } from '../support/program';

const OUT = path.join(ROOT, 'out/faults');

/** A change of a source file. The text must be there exactly once. */
export interface Replacement {
  /** Below `src/core`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface EngineOptions {
  /** Changes beside those of every probed engine. */
  readonly replacements?: readonly Replacement[];
}

/** How many times faster the waits of a probed engine pass. */
export const HASTE = 20;

/** The engine's own waits (back-off, looking after lost answers) pass faster; nothing else of it is changed. */
const HURRIED: readonly Replacement[] = [
  {
    file: 'engine/clock.ts',
    from: 'delay(ms, undefined, signal',
    to: `delay(ms / ${HASTE}, undefined, signal`,
  },
  {
    file: 'engine/clock.ts',
    from: 'monotonic: () => performance.now()',
    to: `monotonic: () => performance.now() * ${HASTE}`,
  },
];

/** Rows of a part of a request, where a process is told so. */
const PART =
  "(JSON.parse(process.env.IMPORTED_FILES_FAULTS ?? require('node:worker_threads').getEnvironmentData('faults.order') ?? '{}').part)";

/** Requests can be told to carry fewer rows. */
const SIZED: readonly Replacement[] = [
  {
    file: 'endpoints/kintone/batchParts.ts',
    from: 'ROWS_PER_PART = 100',
    to: `ROWS_PER_PART: number = ${PART} ?? 100`,
  },
  {
    file: 'endpoints/kintone/batchParts.ts',
    from: 'PARTS = 20',
    to: `PARTS = ${PART} === undefined ? 20 : 4`,
  },
  {
    file: 'engine/guarantee.ts',
    from: 'ROWS_TO_FIND = 100',
    to: `ROWS_TO_FIND: number = ${PART} ?? 100`,
  },
  {
    file: 'endpoints/personium/writer.ts',
    from: 'ROWS_PER_REQUEST = 500',
    to: `ROWS_PER_REQUEST = ${PART} === undefined ? 500 : 3 * ${PART}`,
  },
  {
    file: 'endpoints/personium/writer.ts',
    from: 'ROWS_PER_SMALL_REQUEST = 100',
    to: `ROWS_PER_SMALL_REQUEST = ${PART} ?? 100`,
  },
  {
    file: 'endpoints/personium/writer.ts',
    from: 'MERGES_AT_A_TIME = 50',
    to: `MERGES_AT_A_TIME = Math.min(50, ${PART} ?? 50)`,
  },
];

/** Builds the sandbox as it is shipped; its program. */
export async function buildSandbox(): Promise<string> {
  await bundle('sandbox', { main: 'src/sandbox/main.ts' }, []);
  return path.join(OUT, 'sandbox/main.js');
}

/** Builds the command line and its worker as they are shipped; the folder. */
export async function buildPlain(): Promise<string> {
  await bundle('plain', ENGINE, []);
  return path.join(OUT, 'plain');
}

/** Builds them with the probe in; the folder. Throws when a replacement no longer fits its source. */
export async function buildProbed(name: string, { replacements = [] }: EngineOptions = {}): Promise<string> {
  const all = [...HURRIED, ...SIZED, ...replacements];
  await rm(path.join(OUT, name), { recursive: true, force: true });
  await bundle(name, { ...ENGINE, ...DIRECT }, [probed(), replaced(all)]);
  return path.join(OUT, name);
}

const DIRECT = { start: 'test/faults/probe/start.ts', direct: 'test/faults/probe/direct.ts' };
const ENGINE = { cli: 'src/core/cli.ts', worker: 'src/core/engine/worker.ts' };

async function bundle(
  name: string,
  entryPoints: Readonly<Record<string, string>>,
  plugins: Plugin[],
): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    outdir: path.join(OUT, name),
    entryPoints,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // As in the product: packages that load slowly are read when first used.
    supported: { 'dynamic-import': false },
    external: ['exceljs'],
    logLevel: 'error',
    plugins,
  });
}

/** Puts the probe between the engine and the disk, and between it and the network. */
function probed(): Plugin {
  const rooms = ['jobs', 'engine'].map((room) => path.join(ROOT, 'src/core', room) + path.sep);
  const stand = (name: string) => path.join(ROOT, 'test/faults/probe', name);
  return {
    name: 'probed',
    setup(building) {
      building.onResolve({ filter: /^node:fs\/promises$/ }, ({ importer }) =>
        rooms.some((room) => importer.startsWith(room)) ? { path: stand('files.ts') } : undefined,
      );
      building.onResolve({ filter: /\/undiciTransport$/ }, ({ importer }) =>
        importer === stand('transport.ts') ? undefined : { path: stand('transport.ts') },
      );
    },
  };
}

function replaced(replacements: readonly Replacement[]): Plugin {
  return {
    name: 'replaced',
    setup(building) {
      const done = new Set<Replacement>();
      building.onLoad({ filter: /[\\/]src[\\/]core[\\/].*\.ts$/ }, ({ path: file }) => {
        const own = replacements.filter((one) => path.join(ROOT, 'src/core', one.file) === file);
        if (own.length === 0) return undefined;
        let contents = readFileSync(file, 'utf8');
        for (const one of own) {
          const parts = contents.split(one.from);
          if (parts.length !== 2)
            return { errors: [{ text: `found ${parts.length - 1} times in ${one.file}: ${one.from}` }] };
          contents = parts.join(one.to);
          done.add(one);
        }
        return { contents, loader: 'ts' };
      });
      building.onEnd(() => {
        const missed = replacements.find((one) => !done.has(one));
        return missed ? { errors: [{ text: `${missed.file} is not part of the engine` }] } : undefined;
      });
    },
  };
}
