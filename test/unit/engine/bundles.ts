import path from 'node:path';
import * as esbuild from 'esbuild';
import { ROOT } from '../../support/program';

let built: Promise<string> | undefined;

/** Folder with `worker.js` and `cli.js` of the sources as they are; built once for all test files. */
export function bundles(): Promise<string> {
  return (built ??= build());
}

async function build(): Promise<string> {
  const folder = path.join(ROOT, 'out', 'unit-bundles');
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { worker: 'src/core/engine/worker.ts', cli: 'src/core/cli.ts' },
    outdir: folder,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['undici', 'exceljs'],
    supported: { 'dynamic-import': false },
    logLevel: 'error',
  });
  return folder;
}
