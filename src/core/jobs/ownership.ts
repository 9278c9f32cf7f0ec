import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobTarget } from './job';

/**
 * Ownership is a listening pipe: the operating system frees it when the process dies, and only then. A lease that runs
 * out could be overtaken while its owner merely sleeps.
 */
export interface Ownership {
  release(): Promise<void>;
}

/** Who runs a job: exactly one process. The folder need not exist yet; its parent must. */
export function jobKey(folder: string): string {
  return `job\0${path.join(realpathSync(path.dirname(folder)), path.basename(folder))}`;
}

/**
 * Whose turn it is to write to one app, or to one cell as a whole, whatever window or command line it comes from: a cell
 * takes the rows of one collection one request at a time, and refuses to be imported while any other request runs.
 */
export function targetKey(target: Pick<JobTarget, 'system' | 'baseUrl' | 'guestSpaceId' | 'id'>): string {
  const { system, baseUrl, guestSpaceId = '', id } = target;
  switch (system) {
    case 'kintone':
      return `target\0${[system, baseUrl, guestSpaceId, id].join('\0')}`;
    case 'personium':
      return `target\0${[system, baseUrl].join('\0')}`;
  }
}

/** Takes the ownership, or answers null when someone has it. Does not keep the process alive. */
export async function acquire(key: string): Promise<Ownership | null> {
  const address = addressOf(key);
  const server = await listen(address);
  if (server) return ownershipOf(server);
  if (!isSocketFile() || (await answers(address))) return null;
  // A socket file whose process has died stays behind and has to be taken away first.
  await unlink(address).catch(() => undefined);
  const second = await listen(address);
  return second ? ownershipOf(second) : null;
}

/** Whether a live process (perhaps a paused one) has the ownership. */
export function isHeld(key: string): Promise<boolean> {
  return answers(addressOf(key));
}

function addressOf(key: string): string {
  const user = process.getuid?.() ?? '';
  const name = `imported-files-${createHash('sha256').update(`${user}\0${key}`).digest('hex').slice(0, 32)}`;
  switch (process.platform) {
    case 'linux':
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return path.join(tmpdir(), `${name}.sock`);
  }
}

function isSocketFile(): boolean {
  return process.platform !== 'linux' && process.platform !== 'win32';
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Windows answers EACCES for a pipe that another process listens on.
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    server.listen({ path: address, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(address: string): Promise<boolean> {
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

function ownershipOf(server: Server): Ownership {
  let released: Promise<void> | undefined;
  return {
    release: () =>
      (released ??= new Promise((resolve) => {
        server.close(() => resolve());
      })),
  };
}
