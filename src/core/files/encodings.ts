import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { ExpectedError } from '../message';
import { eucJpScore, guessUtf16, shiftJisScore, type LegacyScore } from './encodingScore';
import type { Encoding } from './row';

const LABELS: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
};

const BYTE_ORDER_MARKS: Readonly<Record<Encoding, readonly number[]>> = {
  'utf-8': [0xef, 0xbb, 0xbf],
  'utf-16le': [0xff, 0xfe],
  'utf-16be': [0xfe, 0xff],
  shift_jis: [],
  'euc-jp': [],
};

/** Share of the bytes beyond ASCII that may be wrong in a damaged file of this encoding. */
const DAMAGE = 0.2;

/** The name of an encoding as people know it. */
export function encodingLabel(encoding: Encoding): string {
  return LABELS[encoding];
}

/** The byte order mark to write in front of a text; empty where the encoding has none. */
export function byteOrderMark(encoding: Encoding): Uint8Array {
  return Uint8Array.from(BYTE_ORDER_MARKS[encoding]);
}

/** Whether these bytes begin with the byte order mark of `encoding`. */
export function hasByteOrderMark(bytes: Uint8Array, encoding: Encoding): boolean {
  const mark = BYTE_ORDER_MARKS[encoding];
  return mark.length > 0 && mark.every((byte, index) => bytes[index] === byte);
}

/**
 * The encoding of a text that begins with `sample`: by its byte order mark, else the way UTF-16 pairs NUL with
 * line ends and delimiters, else strict UTF-8, else the more natural of Shift_JIS and EUC-JP. The sample may be
 * cut inside a character. Pure ASCII, and text that fits none of them, is UTF-8: what does not decode is then
 * reported cell by cell instead of being read as some wrong text.
 */
export function detectEncoding(sample: Uint8Array): { encoding: Encoding; bom: boolean } {
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
    if (hasByteOrderMark(sample, encoding)) return { encoding, bom: true };
  }
  return { encoding: guessUtf16(sample) ?? guessEightBit(sample), bom: false };
}

function guessEightBit(sample: Uint8Array): Encoding {
  const whole = sample.subarray(0, sample.length - incompleteUtf8Tail(sample));
  if (isUtf8(whole)) return 'utf-8';
  const candidates: [Encoding, LegacyScore][] = [
    ['shift_jis', shiftJisScore(sample)],
    ['euc-jp', eucJpScore(sample)],
  ];
  const strict = candidates.filter(([, { errors }]) => errors === 0);
  if (strict.length > 0) {
    const [encoding, { score }] = strict.reduce((best, one) => (one[1].score > best[1].score ? one : best));
    return score > 0 ? encoding : 'utf-8';
  }
  const beyondAscii = sample.reduce((count, byte) => count + (byte >= 0x80 ? 1 : 0), 0);
  const damaged: [Encoding, number][] = [
    ['utf-8', countReplacements(whole)],
    ...candidates.map(([encoding, { errors }]): [Encoding, number] => [encoding, errors]),
  ];
  const [encoding, errors] = damaged.reduce((best, one) => (one[1] < best[1] ? one : best));
  return errors <= beyondAscii * DAMAGE ? encoding : 'utf-8';
}

function countReplacements(bytes: Uint8Array): number {
  const text = new TextDecoder('utf-8').decode(bytes);
  let count = 0;
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) count++;
  return count;
}

/** How many bytes at the end are the beginning of a UTF-8 character that goes on (0 to 3). */
export function incompleteUtf8Tail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
  }
  return 0;
}

/** The text of these bytes without a byte order mark; U+FFFD stands where bytes do not decode. */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string {
  const text = createDecode(encoding)(bytes);
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * A function that decodes whole texts of one encoding, keeping U+FEFF. It gives U+FFFD where bytes do not decode.
 * Throws `ExpectedError` when this runtime has no converter for the encoding.
 */
export function createDecode(encoding: Encoding): (bytes: Uint8Array) => string {
  const decoder = createTextDecoder(encoding);
  const decode = (bytes: Uint8Array): string => decoder.decode(bytes);
  switch (encoding) {
    case 'utf-8':
    case 'utf-16le':
    case 'utf-16be':
      return decode;
    case 'shift_jis':
      return restoreControls(decode);
    case 'euc-jp':
      // ICU passes the bytes 80-9F through as C1 controls; the Encoding Standard calls them errors.
      return (bytes) => decode(bytes).replace(/[\u0080-\u009f]/g, '\ufffd');
  }
}

/** A `TextDecoder` that keeps U+FEFF. Throws `ExpectedError` when this runtime lacks the encoding. */
export function createTextDecoder(encoding: Encoding): TextDecoder {
  try {
    return new TextDecoder(encoding, { ignoreBOM: true });
  } catch (error) {
    throw new ExpectedError(
      { code: 'file.unsupportedEncoding', args: { encoding: encodingLabel(encoding) } },
      { cause: error },
    );
  }
}

/** ICU's Shift_JIS (IBM-943) exchanges the controls 1A, 1C and 7F; this puts them back where it does. */
function restoreControls(decode: (bytes: Uint8Array) => string): (bytes: Uint8Array) => string {
  const ascii = Uint8Array.from({ length: 0x80 }, (_, byte) => byte);
  const moved = new Map<string, string>();
  Array.from(decode(ascii)).forEach((character, byte) => {
    if (character.charCodeAt(0) !== byte) moved.set(character, String.fromCharCode(byte));
  });
  const suspects = [...moved.keys()];
  if (suspects.length === 0) return decode;
  return (bytes) => {
    const text = decode(bytes);
    if (!suspects.some((character) => text.includes(character))) return text;
    return Array.from(text, (character) => moved.get(character) ?? character).join('');
  };
}
