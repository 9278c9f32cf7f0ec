import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { BodyCollector } from './exchange';
import { TransportError } from './transport';

/** Takes the body of an answer as it comes. */
export interface AnswerBody {
  /** What has to stand in the head of the request, so that the body comes in a form that can be taken. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The head of the answer has come. Throws `TransportError` when its body can't be taken. */
  begin(status: number, headers: Readonly<Record<string, string>>): void;
  /** A promise when the sender should wait. Throws or rejects with `TransportError`. */
  add(chunk: Uint8Array): Promise<void> | undefined;
  /** All has come. Answers the body, which is empty when it went into a file; that is on the disk then. */
  whole(): Promise<Uint8Array>;
  /** The exchange has failed: what was kept goes. */
  discard(): Promise<void>;
}

/** Makes ready for the body of an answer. Throws `TransportError` with `none` when `saveTo` can't be made. */
export async function openAnswerBody(
  saveTo: string | undefined,
  onBytes: (bytes: number) => void,
): Promise<AnswerBody> {
  if (saveTo === undefined) {
    return new BodyInMemory();
  }
  const file = await open(saveTo, 'wx').catch((cause: unknown) => {
    throw saveFailure(cause, 'none');
  });
  return new BodyInFile(saveTo, file, onBytes);
}

class BodyInMemory implements AnswerBody {
  readonly requestHeaders = {};
  readonly #collector = new BodyCollector();

  begin(): void {
    // Any body will do.
  }

  add(chunk: Uint8Array): undefined {
    this.#collector.add(chunk);
  }

  whole(): Promise<Uint8Array> {
    return Promise.resolve(this.#collector.whole());
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

/** The body of a 2xx goes into the file; that of any other answer tells why, and stays in memory. */
class BodyInFile implements AnswerBody {
  /** Packed on the way, a body that was cut off could look whole. */
  readonly requestHeaders = { 'accept-encoding': 'identity' };
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #onBytes: (bytes: number) => void;
  readonly #refusal = new BodyCollector();
  #saves = false;
  #written = 0;

  constructor(path: string, file: FileHandle, onBytes: (bytes: number) => void) {
    this.#path = path;
    this.#file = file;
    this.#onBytes = onBytes;
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.#saves = status >= 200 && status < 300;
    const encoding = headers['content-encoding'] ?? 'identity';
    if (this.#saves && encoding.toLowerCase() !== 'identity') {
      throw new TransportError('ERR_SAVE_ENCODED', 'maybe');
    }
  }

  add(chunk: Uint8Array): Promise<void> | undefined {
    if (!this.#saves) {
      this.#refusal.add(chunk);
      return undefined;
    }
    // undici hands on an empty chunk each time it goes on: to wait for that one would never end.
    return chunk.byteLength === 0 ? undefined : this.#write(chunk);
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.byteLength;) {
      const { bytesWritten } = await this.#file.write(chunk, from).catch((cause: unknown) => {
        throw saveFailure(cause, 'maybe');
      });
      from += bytesWritten;
    }
    this.#written += chunk.byteLength;
    this.#onBytes(this.#written);
  }

  async whole(): Promise<Uint8Array> {
    if (!this.#saves) {
      await this.discard();
      return this.#refusal.whole();
    }
    try {
      await this.#file.sync();
      await this.#file.close();
    } catch (cause) {
      throw saveFailure(cause, 'maybe');
    }
    return new Uint8Array(0);
  }

  async discard(): Promise<void> {
    // Waits for what is being written; closed already is no harm.
    await this.#file.close().catch(() => undefined);
    await rm(this.#path, { force: true }).catch(() => undefined);
  }
}

function saveFailure(cause: unknown, bytesSent: 'none' | 'maybe'): TransportError {
  const { code } = cause as { readonly code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? code : 'FAILED';
  return new TransportError(`ERR_SAVE_${known}`, bytesSent, { cause });
}
