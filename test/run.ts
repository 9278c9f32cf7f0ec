/**
 * Runs the test suites: `node --import tsx test/run.ts [suite…] [--floor | --desktop] [--grep TEXT]`; without
 * names all of them, in the order below. The last line has the true sums; exit code 1 when a test failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { filesBelow } from './support/files';
import { type HostKind, runHostSuite } from './support/hostSuite';
import { ROOT, runNode } from './support/program';
import { failedOnce, REPORTER, ResultsFile, type Sums } from './support/sums';

interface Suite {
  /** Works on the production build in `dist`. */
  readonly needsBuild?: boolean;
  /** Left out of a run of all suites while its folder does not exist. */
  readonly folder?: string;
  run(): Promise<Sums>;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { floor: { type: 'boolean' }, desktop: { type: 'boolean' }, grep: { type: 'string' } },
});

/** Node processes that a mocha run leaves behind get this long to end by themselves. */
const GRACE_MS = 20_000;

const SUITES: Readonly<Record<string, Suite>> = {
  types: {
    run: () =>
      checkAll([
        ['typescript/bin/tsc', '--noEmit'],
        ['typescript/bin/tsc', '--noEmit', '-p', 'webview'],
      ]),
  },
  lint: { run: () => checkAll([['eslint/bin/eslint.js', '.', '--max-warnings', '0']]) },
  format: { run: () => checkAll([['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']]) },
  unit: { run: () => runMocha('test/unit') },
  conformance: {
    folder: 'test/conformance',
    needsBuild: true,
    run: () => runMocha('test/conformance', 60_000),
  },
  faults: { run: runFaults },
  webview: { folder: 'test/webview', needsBuild: true, run: () => runMocha('test/webview', 60_000) },
  host: { needsBuild: true, run: () => runHostSuite(hostKind(), flags.grep) },
  e2e: { needsBuild: true, run: () => runMocha('test/e2e', 300_000) },
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const names = positionals.length > 0 ? positionals : Object.keys(SUITES).filter(isThere);
  const unknown = names.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    throw new Error(`no suite "${unknown.join('", "')}"; there are ${Object.keys(SUITES).join(', ')}`);
  }
  let passed = 0;
  let failed = 0;
  let built: boolean | undefined;
  for (const name of names) {
    const suite = SUITES[name];
    if (!suite) continue;
    const start = Date.now();
    console.log(`\n── ${name}`);
    if (suite.needsBuild) built ??= (await runNode(['esbuild.mjs', '--production', '--quiet'])) === 0;
    const sums = suite.needsBuild && !built ? failedOnce('the build failed') : await runOne(suite);
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    console.log(`${name}: ${sums.passed} passed, ${sums.failed} failed in ${seconds} s`);
    passed += sums.passed;
    failed += sums.failed;
  }
  console.log(`\ntests: ${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

function isThere(name: string): boolean {
  const folder = SUITES[name]?.folder;
  return folder === undefined || existsSync(path.join(ROOT, folder));
}

async function runOne(suite: Suite): Promise<Sums> {
  try {
    return await suite.run();
  } catch (error) {
    console.error(error);
    return failedOnce('it could not be run');
  }
}

function hostKind(): HostKind {
  if (flags.desktop) return 'desktop';
  return flags.floor ? 'floor' : 'newest';
}

/** Programs of node_modules that all have to end well: one test. */
async function checkAll(commands: readonly (readonly [string, ...string[]])[]): Promise<Sums> {
  let ok = true;
  for (const [script, ...args] of commands) {
    const code = await runNode([path.join('node_modules', script), ...args]);
    ok &&= code === 0;
  }
  return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Each line of the proof is a test: a scenario with one way of importing. */
async function runFaults(): Promise<Sums> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'faults-')), 'faults.json');
  const code = await runNode(['--import', 'tsx', 'test/faults/faults.ts', '--quick', '--json', file]);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  rmSync(path.dirname(file), { recursive: true });
  const failed = lines.filter((line) => (JSON.parse(line) as { broken: number }).broken > 0).length;
  if (code !== 0 && failed === 0) return failedOnce(`it ended with ${code}`);
  return { passed: lines.length - failed, failed };
}

/** Runs the test files below a folder with mocha, in a process of its own. */
async function runMocha(folder: string, timeoutMs = 30_000): Promise<Sums> {
  const files = filesBelow(folder, '.test.ts');
  if (files.length === 0) return failedOnce('it has no test');
  const results = new ResultsFile();
  const options = ['--forbid-only', '--timeout', String(timeoutMs), '--reporter', REPORTER];
  if (flags.grep) options.push('--grep', flags.grep);
  const code = await runNode(['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', ...options, ...files], {
    env: { IMPORTED_FILES_TEST_RESULTS: results.path },
    graceMs: () => (results.isWritten ? GRACE_MS : null),
  });
  return results.settle(code);
}
