import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rename, stat, unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Ownership where a socket leaves its file behind when its process dies. Nobody takes a name over from somebody else, as
 * two that find the same dead file would both do so: each puts a socket of its own beside the others and then looks
 * whether any of them is alive. Of two that come at the same moment at least one sees the other.
 */
export async function acquireFile(folder: string, key: string): Promise<Server | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await isAnyAlive(folder, key, null)) return null;
    const own = `${key}.${process.pid}-${randomBytes(3).toString('hex')}`;
    const server = await listen(folder, own);
    if (!(await isAnyAlive(folder, key, own))) return server;
    await close(server);
    // Both have stepped back: who waits less has it.
    await delay(Math.random() * LONGEST_PAUSE_MS);
  }
  return null;
}

/** Whether anybody has the ownership. */
export function isFileHeld(folder: string, key: string): Promise<boolean> {
  return isAnyAlive(folder, key, null);
}

const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 30;

/** Whether a live process listens on a file of this key but `own`. Files of dead ones are taken away. */
async function isAnyAlive(folder: string, key: string, own: string | null): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const others = names.filter((name) => name.startsWith(`${key}.`) && name !== own && !isUnfinished(name));
  const alive = await Promise.all(others.map((name) => answersOrGoes(path.join(folder, name))));
  return alive.includes(true);
}

async function answersOrGoes(file: string): Promise<boolean> {
  if (await answers(file)) return true;
  // The BSDs refuse connections to a paused process as well, once enough have tried.
  if (await isProcessOf(file)) return true;
  // A name is never used again, so it can't be that of somebody who has come in between.
  await unlink(file).catch(() => undefined);
  return false;
}

/** Whether the process that made a socket's file lives, and is not another one that has got its number since. */
async function isProcessOf(file: string): Promise<boolean> {
  const pid = Number(/\.(\d+)-[0-9a-f]+$/.exec(file)?.[1]);
  const made = await stat(file).catch(() => null);
  if (made === null || !Number.isSafeInteger(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const started = Date.parse(await startOf(pid));
  // The system tells whole seconds. What can't be told is taken for alive.
  return Number.isNaN(started) || started < made.mtimeMs + 2_000;
}

/** When a process has begun, as the system words it; empty when it can't be told. */
function startOf(pid: number): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C' };
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env }, (error, stdout) => {
      resolve(error ? '' : stdout.trim());
    });
  });
}

/** Whether somebody listens there, perhaps a process that is paused. */
export function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // Anything else (a full backlog, for one) means that somebody listens but is slow.
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

const UNFINISHED = '.new';

function isUnfinished(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

/** Before it listens a socket looks like that of a dead process: it gets its name afterwards. */
async function listen(folder: string, name: string): Promise<Server> {
  const unfinished = path.join(folder, `${name}${UNFINISHED}`);
  const file = path.join(folder, name);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: unfinished, exclusive: true }, resolve);
  });
  server.unref();
  server.once('close', () => void unlink(file).catch(() => undefined));
  await chmod(unfinished, 0o600);
  await rename(unfinished, file);
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
