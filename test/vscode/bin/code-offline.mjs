#!/usr/bin/env node
// Stands in for the desktop `code` program in runTests({ vscodeExecutablePath }) of @vscode/test-electron:
// same arguments, same exit code, but the VS Code is code-server in a Chromium without a window.
//
// CODE_OFFLINE_DEBUG=1 shows what happens when, CODE_OFFLINE_KEEP=1 keeps the scratch folder (logs in u/logs),
// CODE_OFFLINE_TIMEOUT_MS (600000) ends a run that hangs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, parseArgs } from 'node:util';
import { launchBrowser } from '../lib/browser.mjs';
import { createScratch } from '../lib/scratch.mjs';
import { remoteUri, startServer, workbenchUrl } from '../lib/server.mjs';

/** The workbench's own lines in the console; every other line is a test's and is shown. */
const NOISE =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace-time\]|Updating additional builtin|Ignoring fetching additional|Creation of workbench contribution|Timed out waiting for authentication provider|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|The web worker extension host)/;

const begin = Date.now();
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false, // what concerns a desktop alone (--no-sandbox …) is passed over
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'extensions-dir': { type: 'string' },
    'user-data-dir': { type: 'string' },
    'folder-uri': { type: 'string' },
    locale: { type: 'string' },
  },
});
const tests = values.extensionTestsPath && fromUri(values.extensionTestsPath);
const folder = [values['folder-uri'], ...positionals]
  .filter(Boolean)
  .map(fromUri)
  .find((one) => existsSync(one));
if (!tests) {
  console.error('code-offline: --extensionTestsPath is required');
  process.exit(2);
}

const scratch = createScratch({
  ...(values['user-data-dir'] && { userDataFrom: values['user-data-dir'] }),
  ...(values.locale === 'ja' && { locale: 'ja' }),
});
if (values['extensions-dir'] && !values.locale) scratch.extensions = path.resolve(values['extensions-dir']);

let server;
let browser;
let finishing;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => finish(130, `stopped by ${signal}`));
}
process.on('uncaughtException', (error) => finish(1, error.stack));
process.on('unhandledRejection', (error) => finish(1, error?.stack ?? String(error)));
const limit = Number(process.env.CODE_OFFLINE_TIMEOUT_MS || 600_000);
setTimeout(() => finish(1, `no result in ${limit} ms`), limit).unref();
await open();

async function open() {
  const done = path.join(scratch.root, 'tests-ended');
  server = await startServer(scratch, {
    testDriver: true,
    trust: !values['disable-workspace-trust'],
    env: { CODE_OFFLINE_TESTS: tests, CODE_OFFLINE_DONE: done },
  });
  note('server', server.origin, 'log', scratch.log);
  void server.exited.then(({ code }) => finish(1, `the server ended early (${code})`));

  browser = await launchBrowser();
  note('browser', browser.version());
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.on('crash', () => finish(1, 'the workbench page crashed'));
  page.on('console', (message) => note('page', message.type(), message.text().slice(0, 400)));

  // The workbench calls these two in the page
  await context.exposeFunction('codeAutomationLog', (type, args) => {
    const text = format(...args);
    if (NOISE.test(text)) note('log', text.slice(0, 300));
    else (type === 'error' ? console.error : console.log)(text);
  });
  await context.exposeFunction('codeAutomationExit', (code) => {
    note('codeAutomationExit', code);
    const died = code === 0 && !existsSync(done); // an extension host that dies reports 0 as well
    void finish(died ? 1 : code, died ? 'the extension host ended before the tests did' : '');
  });

  const wrapper = fileURLToPath(new URL('../lib/tests-wrapper.cjs', import.meta.url));
  const reply = await page.goto(
    workbenchUrl(server, folder, [
      ...(values.extensionDevelopmentPath ?? []).map((one) => [
        'extensionDevelopmentPath',
        remoteUri(server, fromUri(one)),
      ]),
      ['extensionTestsPath', remoteUri(server, wrapper)],
      ['skipWelcome', 'true'],
      ['skipReleaseNotes', 'true'],
      ...(values['disable-extensions'] ? [['disableExtensions', 'true']] : []),
    ]),
  );
  if (!reply?.ok()) await finish(1, `the workbench page answered ${reply?.status()}`);
  note('page loaded');
}

async function finish(code, why) {
  finishing ??= (async () => {
    if (why) console.error(`code-offline: ${why}`);
    note('finish', code);
    const timer = setTimeout(() => process.exit(code || 1), 15_000);
    await browser?.close().catch(() => {});
    await server?.stop().catch(() => {});
    if (!process.env.CODE_OFFLINE_KEEP) scratch.remove();
    clearTimeout(timer);
    process.exit(code);
  })();
  await finishing;
}

function fromUri(text) {
  return path.resolve(text.startsWith('file://') ? fileURLToPath(text) : text);
}

function note(...what) {
  if (process.env.CODE_OFFLINE_DEBUG) console.error(`[code-offline +${Date.now() - begin} ms]`, ...what);
}
