import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JobTarget } from './job';
import { acquireFile, answers, isFileHeld } from './socketFiles';

/**
 * Ownership is a listening pipe: the operating system frees it when the process dies, and only then. A lease that runs
 * out could be overtaken while its owner merely sleeps.
 */
export interface Ownership {
  release(): Promise<void>;
}

/**
 * Who runs a job: exactly one process of this machine, whoever's it is. The folder need not exist yet; its parent must.
 * Containers and other machines that share the folder have names of their own: that jobs say whose they are, and that a
 * journal notices when somebody else writes to it, is for them.
 */
export function jobKey(folder: string): string {
  return `job\0${path.join(realpathSync(path.dirname(folder)), path.basename(folder))}`;
}

/**
 * Whose turn it is to write to one app, or to one cell as a whole, whatever window or command line it comes from: a cell
 * takes the rows of one collection one request at a time, and refuses to be imported while any other request runs.
 */
export function targetKey(target: Pick<JobTarget, 'system' | 'baseUrl' | 'guestSpaceId' | 'id'>): string {
  const { system, baseUrl, guestSpaceId = '', id } = target;
  // Other users of the machine import by their own sign-ins.
  const user = process.getuid?.() ?? '';
  switch (system) {
    case 'kintone':
      return `target\0${[user, system, baseUrl, guestSpaceId, id].join('\0')}`;
    case 'personium':
      return `target\0${[user, system, baseUrl].join('\0')}`;
  }
}

/** Takes the ownership, or answers null when someone has it. Does not keep the process alive. */
export async function acquire(key: string): Promise<Ownership | null> {
  const server = leavesFiles()
    ? await acquireFile(socketFolder(), nameOf(key))
    : await listen(addressOf(key));
  return server && ownershipOf(server);
}

/** Whether a live process (perhaps a paused one) has the ownership. */
export function isHeld(key: string): Promise<boolean> {
  return leavesFiles() ? isFileHeld(socketFolder(), nameOf(key)) : answers(addressOf(key));
}

/** Linux and Windows have names for sockets and pipes that go with their process. */
function leavesFiles(): boolean {
  return process.platform !== 'linux' && process.platform !== 'win32';
}

/** Long enough to be alone, short enough for the path of a socket, which macOS limits to 103 bytes. */
function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

function addressOf(key: string): string {
  const name = `imported-files-${nameOf(key)}`;
  return process.platform === 'linux' ? `\0${name}` : `\\\\.\\pipe\\${name}`;
}

const LONGEST_FOLDER = 103 - '/0123456789012345.0123456-012345.new'.length;

function socketFolder(): string {
  const folder = path.join(tmpdir(), 'imported-files');
  return Buffer.byteLength(folder) <= LONGEST_FOLDER
    ? folder
    : `/tmp/imported-files-${process.getuid?.() ?? ''}`;
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

function ownershipOf(server: Server): Ownership {
  let released: Promise<void> | undefined;
  return {
    release: () =>
      (released ??= new Promise((resolve) => {
        server.close(() => resolve());
      })),
  };
}
