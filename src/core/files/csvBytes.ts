import { createReadStream } from 'node:fs';
import { fileError } from './fileError';
import { createDecode, createTextDecoder } from './encodings';
import type { Delimiter, Encoding } from './row';

export const CHUNK_BYTES = 64 * 1024;

/** The file's bytes from `start` on, in chunks that are the reader's to keep. Stops with `signal`'s reason. */
export async function* readChunks(
  path: string,
  start: number,
  chunkBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { start, highWaterMark: chunkBytes });
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      yield chunk as Buffer;
    }
  } catch (error) {
    throw fileError(error);
  }
}

/** Turns the file's bytes into bytes csv-parse can split at single ASCII bytes. */
export interface ByteForm {
  readonly feed: (bytes: Buffer) => Buffer;
  readonly finish: () => Buffer;
  /** Decodes the bytes of cells where the form is not UTF-8. */
  readonly decode?: (bytes: Buffer) => string;
}

/**
 * UTF-8 is parsed as it is. Shift_JIS and EUC-JP too: no byte of their characters is a delimiter, quote or line
 * end, except that the second byte of a Shift_JIS character may be `|`. UTF-16 is transcoded to UTF-8.
 */
export function byteForm(encoding: Encoding, delimiter: Delimiter): ByteForm {
  switch (encoding) {
    case 'utf-8':
      return { feed: (bytes) => bytes, finish: () => Buffer.alloc(0) };
    case 'utf-16le':
    case 'utf-16be': {
      const decoder = createTextDecoder(encoding);
      return {
        feed: (bytes) => Buffer.from(decoder.decode(bytes, { stream: true })),
        finish: () => Buffer.from(decoder.decode()),
      };
    }
    case 'shift_jis':
      if (delimiter === '|') return hidingPipes();
      return plainLegacy(encoding);
    case 'euc-jp':
      return plainLegacy(encoding);
  }
}

function plainLegacy(encoding: Encoding): ByteForm {
  return { feed: (bytes) => bytes, finish: () => Buffer.alloc(0), decode: createDecode(encoding) };
}

const PIPE = 0x7c;
/** Never the second byte of a character, so it can stand for `|` there. */
const HIDDEN = 0xff;

function hidingPipes(): ByteForm {
  const decode = createDecode('shift_jis');
  let afterLead = false;
  return {
    feed: (bytes) => {
      const copy = Buffer.from(bytes);
      afterLead = replaceTrail(copy, afterLead, (byte) =>
        byte === PIPE ? HIDDEN : byte === HIDDEN ? 0xfe : byte,
      );
      return copy;
    },
    finish: () => Buffer.alloc(0),
    decode: (bytes) => {
      replaceTrail(bytes, false, (byte) => (byte === HIDDEN ? PIPE : byte));
      return decode(bytes);
    },
  };
}

/** Text in which the delimiters, quotes and line ends are those of the bytes; each of its UTF-16 units stands for `unitBytes` bytes. */
export interface Splittable {
  readonly text: string;
  readonly unitBytes: number;
}

/** For finding the bytes of cells: the offsets of `cellSpans` in `text`, times `unitBytes`, are offsets in `bytes`. */
export function splittable(bytes: Uint8Array, encoding: Encoding, delimiter: Delimiter): Splittable {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    return { text: createDecode(encoding)(bytes), unitBytes: 2 };
  }
  const copy = Buffer.from(bytes);
  if (encoding === 'shift_jis' && delimiter === '|') {
    replaceTrail(copy, false, (byte) => (byte === PIPE ? HIDDEN : byte));
  }
  return { text: copy.toString('latin1'), unitBytes: 1 };
}

/** Replaces second bytes of Shift_JIS characters in place; tells whether the bytes end behind a first one. */
function replaceTrail(bytes: Buffer, startsAfterLead: boolean, replace: (byte: number) => number): boolean {
  let afterLead = startsAfterLead;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (afterLead) {
      bytes[at] = replace(byte);
      afterLead = false;
    } else {
      afterLead = (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
    }
  }
  return afterLead;
}
