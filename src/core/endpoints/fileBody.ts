import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { TransportError } from './transport';
import type { FileBody, HttpRequest } from './transport';

/** Read at a time; memory stays at a few of these whatever the size of the file. */
const CHUNK_BYTES = 64 * 1024;

/** Links were resolved when the file was chosen: one that stands there now leads who knows where. Windows has no such flag. */
const READ_NO_LINK = constants.O_RDONLY | ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/** A body as an exchange sends it. */
export interface OpenBody {
  /** Null for a request without a body. */
  readonly content: Uint8Array<ArrayBuffer> | Readable | null;
  /** What has to stand in the head of the request beside its own headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether all of it has been taken to be sent. Until then no server can have the whole request. */
  allTaken(): boolean;
  /** Why the file could not be read to its end; `bytesSent` is `maybe` by then. */
  failure(): TransportError | null;
  /** Lets go of the file, whatever became of the exchange. */
  close(): void;
}

export function isFileBody(body: HttpRequest['body']): body is FileBody {
  return body !== undefined && !(body instanceof Uint8Array);
}

/**
 * Makes a body ready to be sent. Throws `TransportError` with `none` when the file is not there or has another size
 * than was said: `ERR_FILE_UNREADABLE`, `ERR_FILE_CHANGED`.
 *
 * `onBytes` is told how many bytes of the file have been taken so far.
 */
export async function openBody(
  body: HttpRequest['body'],
  onBytes: (bytes: number) => void = () => undefined,
): Promise<OpenBody> {
  if (!isFileBody(body)) {
    return {
      content: body ?? null,
      headers: {},
      allTaken: () => true,
      failure: () => null,
      close: () => undefined,
    };
  }
  await checkSize(body);
  let failure: TransportError | null = null;
  let taken = 0;
  const whole = body.before.byteLength + body.size + body.after.byteLength;
  const chunks = chunksOf(body, onBytes, (error) => (failure = error));
  const stream = Readable.from(
    counted(chunks, (bytes) => (taken += bytes)),
    { objectMode: false },
  );
  // A stream that fails when nobody reads it any more must not end the process.
  stream.on('error', () => undefined);
  return {
    content: stream,
    headers: { 'content-length': String(whole) },
    allTaken: () => taken >= whole,
    failure: () => failure,
    close: () => stream.destroy(),
  };
}

/**
 * A body in memory, cut into pieces that are taken one after the other, so that it can be told whether all of it was. A
 * short one is one piece anyway.
 */
export function inPieces(open: OpenBody): OpenBody {
  const { content } = open;
  if (!(content instanceof Uint8Array) || content.byteLength <= CHUNK_BYTES) {
    return open;
  }
  let taken = 0;
  const stream = Readable.from(
    counted(piecesOf(content), (bytes) => (taken += bytes)),
    { objectMode: false, highWaterMark: 1 },
  );
  stream.on('error', () => undefined);
  return {
    ...open,
    content: stream,
    headers: { ...open.headers, 'content-length': String(content.byteLength) },
    allTaken: () => taken >= content.byteLength,
    close: () => stream.destroy(),
  };
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += CHUNK_BYTES) {
    yield bytes.subarray(from, from + CHUNK_BYTES);
  }
}

async function* counted(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  take: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    // Before it goes: what is being handed over may arrive.
    take(chunk.byteLength);
    yield chunk;
  }
}

async function checkSize({ path, size }: FileBody): Promise<void> {
  const found = await lstat(path).catch((cause: unknown) => {
    throw new TransportError('ERR_FILE_UNREADABLE', 'none', { cause });
  });
  if (!found.isFile()) {
    throw new TransportError('ERR_FILE_UNREADABLE', 'none');
  }
  if (found.size !== size) {
    throw new TransportError('ERR_FILE_CHANGED', 'none');
  }
}

/** Opens the file only when its turn comes, so that a request that never starts holds nothing open. */
async function* chunksOf(
  { before, path, size, after }: FileBody,
  onBytes: (bytes: number) => void,
  tell: (failure: TransportError) => void,
): AsyncGenerator<Uint8Array> {
  const fail = (code: string, cause?: unknown): TransportError => {
    const failure = new TransportError(code, 'maybe', cause === undefined ? {} : { cause });
    tell(failure);
    return failure;
  };
  if (before.byteLength > 0) {
    yield before;
  }
  const file = await open(path, READ_NO_LINK).catch((cause: unknown) => {
    throw fail('ERR_FILE_UNREADABLE', cause);
  });
  try {
    let rest = size;
    for (;;) {
      // A buffer of its own for each chunk: the one before may still be waiting in the socket.
      const { bytesRead, buffer } = await file
        .read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES)
        .catch((cause: unknown) => {
          throw fail('ERR_FILE_UNREADABLE', cause);
        });
      if (bytesRead > rest || (bytesRead === 0 && rest > 0)) {
        throw fail('ERR_FILE_CHANGED');
      }
      if (bytesRead === 0) {
        break;
      }
      rest -= bytesRead;
      yield buffer.subarray(0, bytesRead);
      onBytes(size - rest);
    }
  } finally {
    await file.close();
  }
  if (after.byteLength > 0) {
    yield after;
  }
}
