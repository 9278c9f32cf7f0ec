import { rename, rm, stat } from 'node:fs/promises';
import { ExpectedError } from '../../message';
import type { LocalFile, Progress, StoredSnapshot } from '../cellSnapshots';
import { failureMessage } from '../networkFailure';
import { TransportError } from '../transport';
import type { HttpResponse } from '../transport';
import { expectStatus, rootOf, withSignal } from './cellExchange';
import { cellMessage } from './cellMessages';
import type { CellRequest, PersoniumClient } from './client';
import { personiumFailure } from './codes';
import { unexpectedAnswer } from './reading';
import { childrenOf, elementsOf, readXml } from './xml';
import type { XmlElement } from './xml';

/** Only snapshots of such names can be imported. */
const NAME = /^[a-zA-Z0-9_-]{1,192}$/;
const ENDING = '.zip';

/** Milliseconds in which something of a file has to move. */
const MOVE_TIMEOUT_MS = 120_000;

/** A file in the snapshot area. */
interface AreaFile {
  /** With its ending. */
  readonly name: string;
  readonly size: number;
  readonly modifiedAt: number | null;
}

/** Snapshots that can be imported; other files may lie beside them. Throws `ExpectedError`. */
export async function listSnapshots(
  client: PersoniumClient,
  signal?: AbortSignal,
): Promise<readonly StoredSnapshot[]> {
  const files = await listArea(client, signal);
  return files
    .filter(({ name }) => name.endsWith(ENDING))
    .map((file) => ({ ...file, name: file.name.slice(0, -ENDING.length) }))
    .filter(({ name }) => NAME.test(name));
}

/** All files of the area, in the server's order. Throws `ExpectedError`. */
export async function listArea(client: PersoniumClient, signal?: AbortSignal): Promise<readonly AreaFile[]> {
  return await propfind(client, '__snapshot', '1', signal);
}

/** Puts a snapshot into the area. Throws `ExpectedError`, or the signal's reason. */
export async function uploadSnapshot(
  client: PersoniumClient,
  { name, file, progress, signal }: Transfer & { readonly file: LocalFile },
): Promise<void> {
  const nothing = new Uint8Array(0);
  const response = await transfer(client, {
    method: 'PUT',
    path: pathOf(`${name}${ENDING}`),
    headers: { 'content-type': 'application/zip' },
    body: { before: nothing, path: file.path, size: file.size, after: nothing },
    onBytes: progress,
    ...withSignal(signal),
  });
  if (response.status === 413) {
    throw new ExpectedError(cellMessage('cell.uploadTooLarge'));
  }
  if (response.status !== 201 && response.status !== 204) {
    throw personiumFailure(response, rootOf(client));
  }
}

export interface Transfer {
  /** Of the snapshot, without `.zip`. */
  readonly name: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes a stored snapshot to a new file, by way of a file with `.part` behind its name: it is there whole or not at
 * all. Throws `ExpectedError`, or the signal's reason.
 */
export async function downloadSnapshot(
  client: PersoniumClient,
  { name, path, progress, signal }: Transfer & { readonly path: string },
): Promise<void> {
  if (await exists(path)) {
    throw new ExpectedError(cellMessage('cell.downloadExists'));
  }
  const stored = pathOf(`${name}${ENDING}`);
  const [told] = await propfind(client, stored, '0', signal);
  if (told === undefined) {
    throw unexpectedAnswer(207);
  }
  const part = `${path}.part`;
  try {
    // What an earlier download has left when this machine stopped.
    await rm(part, { force: true });
    const response = await transfer(client, {
      method: 'GET',
      path: stored,
      headers: { accept: '*/*' },
      saveTo: part,
      onBytes: progress,
      ...withSignal(signal),
    });
    if (response.status !== 200) {
      throw personiumFailure(response, rootOf(client));
    }
    const { size } = await stat(part);
    if (size !== told.size) {
      throw new ExpectedError(cellMessage('cell.downloadIncomplete', { bytes: size, expected: told.size }));
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined);
    throw asExpected(error);
  }
}

/** Deletes a stored snapshot; one that is not there is none. Throws `ExpectedError`. */
export async function removeSnapshot(
  client: PersoniumClient,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  const path = pathOf(`${name}${ENDING}`);
  await expectStatus(client, { method: 'DELETE', path, ...withSignal(signal) }, [204, 404]);
}

/** A file of the area below the cell. */
export function pathOf(file: string): string {
  return `__snapshot/${encodeURIComponent(file)}`;
}

async function propfind(
  client: PersoniumClient,
  path: string,
  depth: '0' | '1',
  signal: AbortSignal | undefined,
): Promise<readonly AreaFile[]> {
  const headers = { depth, accept: 'application/xml' };
  const request: CellRequest = { method: 'PROPFIND', path, headers, ...withSignal(signal) };
  const { status, body } = await expectStatus(client, request, [207]);
  const root = readXml(body);
  if (root?.name !== 'multistatus') {
    throw unexpectedAnswer(status);
  }
  return childrenOf(root, 'response').flatMap((response) => fileIn(response) ?? []);
}

/** Null for a folder, and for what can't be understood. */
function fileIn(response: XmlElement): AreaFile | null {
  const text = (name: string) => elementsOf(response, name)[0]?.text ?? '';
  const name = lastSegment(text('href'));
  const size = Number(text('getcontentlength'));
  const isFolder = elementsOf(response, 'collection').length > 0;
  if (isFolder || name === null || !Number.isSafeInteger(size) || size < 0) {
    return null;
  }
  const modifiedAt = Date.parse(text('getlastmodified'));
  return { name, size, modifiedAt: Number.isNaN(modifiedAt) ? null : modifiedAt };
}

function lastSegment(href: string): string | null {
  try {
    return decodeURIComponent(href.replace(/\/$/, '').split('/').at(-1) ?? '') || null;
  } catch {
    return null;
  }
}

/** Has no end but when nothing moves. */
async function transfer(client: PersoniumClient, request: CellRequest): Promise<HttpResponse> {
  try {
    return await client.send({ timeoutMs: MOVE_TIMEOUT_MS, ...request });
  } catch (error) {
    request.signal?.throwIfAborted();
    throw asExpected(error);
  }
}

function asExpected(error: unknown): unknown {
  if (error instanceof TransportError) {
    return new ExpectedError(transferMessage(error), { cause: error });
  }
  const { code } = error as { readonly code?: unknown };
  return error instanceof Error && !(error instanceof ExpectedError) && typeof code === 'string'
    ? new ExpectedError(cellMessage('cell.downloadNotWritten', { code }), { cause: error })
    : error;
}

function transferMessage(error: TransportError): ExpectedError['detail'] {
  const { code } = error;
  switch (code) {
    case 'ERR_FILE_CHANGED':
      return cellMessage('cell.snapshotChanged');
    case 'ERR_FILE_UNREADABLE':
      return cellMessage('cell.snapshotUnreadable');
    default:
      return code.startsWith('ERR_SAVE_')
        ? cellMessage('cell.downloadNotWritten', { code: code.slice('ERR_SAVE_'.length) })
        : failureMessage(error);
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
