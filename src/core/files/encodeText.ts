import { createDecode } from './encodings';
import type { Encoding } from './row';

/** A text as bytes, and the characters (each once) the encoding lacks; `?` (U+FFFD in Unicode encodings) stands for them in `bytes`. */
export interface EncodedText {
  readonly bytes: Uint8Array;
  readonly lost: readonly string[];
}

/**
 * Encodes a text so that decoding gives it back, without a byte order mark. Characters that would come back as
 * others (a yen sign in Shift_JIS) are `lost` too. Where Shift_JIS has several codes for one character the result
 * is what Windows writes.
 */
export function encodeText(text: string, encoding: Encoding): EncodedText {
  switch (encoding) {
    case 'utf-8':
      return { bytes: Buffer.from(text, 'utf8'), lost: loneSurrogates(text) };
    case 'utf-16le':
      return { bytes: Buffer.from(wellFormed(text), 'utf16le'), lost: loneSurrogates(text) };
    case 'utf-16be':
      return { bytes: Buffer.from(wellFormed(text), 'utf16le').swap16(), lost: loneSurrogates(text) };
    case 'shift_jis':
      return encodeByTable(text, (shiftJis ??= shiftJisTable()));
    case 'euc-jp':
      return encodeByTable(text, (eucJp ??= eucJpTable()));
  }
}

/** Code unit → up to three bytes as one number; 0 where the encoding has no such character (except NUL itself). */
type EncodingTable = Uint32Array;

let shiftJis: EncodingTable | undefined;
let eucJp: EncodingTable | undefined;

function encodeByTable(text: string, table: EncodingTable): EncodedText {
  const bytes = Buffer.alloc(text.length * 3);
  const lost = new Set<string>();
  let length = 0;
  for (const character of text) {
    let code = character.length === 1 ? (table[character.charCodeAt(0)] ?? 0) : 0;
    if (code === 0 && character !== '\0') {
      lost.add(character);
      code = 0x3f;
    }
    if (code > 0xffff) bytes[length++] = code >> 16;
    if (code > 0xff) bytes[length++] = (code >> 8) & 0xff;
    bytes[length++] = code & 0xff;
  }
  return { bytes: bytes.subarray(0, length), lost: [...lost] };
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

function loneSurrogates(text: string): string[] {
  return [...new Set(text.match(/\p{Surrogate}/gu))];
}

function shiftJisTable(): EncodingTable {
  const codes = [...range(0x00, 0x7f), ...range(0xa1, 0xdf)];
  // The first code of a character wins: JIS X 0208, then NEC row 13, then the IBM extensions. The IBM characters
  // which NEC repeats in the rows ED and EE are never written by Windows.
  for (const lead of [...range(0x81, 0x9f), ...range(0xe0, 0xec), ...range(0xef, 0xfc)]) {
    for (const trail of [...range(0x40, 0x7e), ...range(0x80, 0xfc)]) codes.push((lead << 8) | trail);
  }
  return buildTable('shift_jis', codes);
}

function eucJpTable(): EncodingTable {
  const codes = range(0x00, 0x7f);
  const rows = range(0xa1, 0xfe);
  for (const lead of rows) for (const trail of rows) codes.push((lead << 8) | trail);
  for (const trail of range(0xa1, 0xdf)) codes.push(0x8e00 | trail);
  // JIS X 0212, for characters the two-byte rows lack.
  for (const lead of rows) for (const trail of rows) codes.push(0x8f0000 | (lead << 8) | trail);
  return buildTable('euc-jp', codes);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Decodes every code, separated by line feeds, and turns the result round. */
function buildTable(encoding: Encoding, codes: readonly number[]): EncodingTable {
  const bytes: number[] = [];
  for (const code of codes) {
    if (code > 0xffff) bytes.push(code >> 16);
    if (code > 0xff) bytes.push((code >> 8) & 0xff);
    bytes.push(code & 0xff, 0x0a);
  }
  const table = new Uint32Array(0x10000);
  const characters = createDecode(encoding)(Uint8Array.from(bytes)).split('\n');
  let index = 0;
  for (const code of codes) {
    // The line feed among the codes splits into two empty texts.
    const isLineFeed = code === 0x0a;
    const character = isLineFeed ? '\n' : characters[index];
    index += isLineFeed ? 2 : 1;
    if (character?.length !== 1 || character === '\ufffd') continue;
    const unit = character.charCodeAt(0);
    if (table[unit] === 0) table[unit] = code;
  }
  return table;
}
