import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { createScratch } from '../vscode/lib/scratch.mjs';
import { filesBelow } from './files';
import { ROOT } from './program';
import { REPORTER, ResultsFile, type Sums } from './sums';

/** Which VS Code: the newest and the oldest one that can be had from npm, or a downloaded desktop. */
export type HostKind = 'newest' | 'floor' | 'desktop';

/**
 * Bundles the test files of `test/host` and runs them inside the extension host, with a copy of `test/samples`
 * as the workspace.
 *
 * @param grep runs only the tests whose full title matches
 */
export async function runHostSuite(kind: HostKind, grep?: string): Promise<Sums> {
  const bundles = await bundleTests();
  const scratch = createScratch();
  const workspace = path.join(scratch.root, 'w');
  copySamples(workspace);
  const results = new ResultsFile();
  let exitCode = 0;
  try {
    if (kind === 'floor') process.env.CODE_OFFLINE_HOME = path.join(ROOT, 'test/vscode/floor');
    await runTests({
      ...(kind === 'desktop'
        ? {}
        : { vscodeExecutablePath: path.join(ROOT, 'test/vscode/bin/code-offline.mjs') }),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: path.join(bundles, 'index.js'),
      extensionTestsEnv: {
        IMPORTED_FILES_TEST_REPORTER: REPORTER,
        // The authority of the sandbox that asks for client certificates.
        NODE_EXTRA_CA_CERTS: path.join(ROOT, 'test/support/certificates/ca.pem'),
        IMPORTED_FILES_TEST_CERTIFICATES: path.join(ROOT, 'test/support/certificates'),
        IMPORTED_FILES_TEST_RESULTS: results.path,
        IMPORTED_FILES_TEST_COLOR: process.stdout.isTTY ? '1' : '0',
        ...(grep ? { IMPORTED_FILES_TEST_GREP: grep } : {}),
      },
      launchArgs: [
        workspace,
        `--user-data-dir=${scratch.userData}`,
        `--extensions-dir=${scratch.extensions}`,
      ],
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    exitCode = 1;
  } finally {
    scratch.remove();
  }
  return results.settle(exitCode);
}

/** Copies the sample files; an empty folder while there are none. */
export function copySamples(folder: string): void {
  const samples = path.join(ROOT, 'test/samples');
  mkdirSync(folder, { recursive: true });
  if (existsSync(samples)) cpSync(samples, folder, { recursive: true });
}

/** Packages stay outside the bundles: they are found in the repository's node_modules. */
async function bundleTests(): Promise<string> {
  const outdir = path.join(ROOT, 'out/host');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/host/index.ts', ...filesBelow('test/host', '.test.ts')],
    outbase: 'test/host',
    outdir,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return outdir;
}
