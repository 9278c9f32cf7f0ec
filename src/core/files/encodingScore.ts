/**
 * How well bytes read as Shift_JIS or EUC-JP. `errors` counts what the encoding does not allow; `score` is higher
 * the more the characters look like written Japanese, and negative for Western text that happens to be valid.
 */
export interface LegacyScore {
  readonly errors: number;
  readonly score: number;
}

const KANA = 3;
const COMMON_KANJI = 2;
const PUNCTUATION = 1;
/** Half-width kana take one byte each, so two of them weigh against one kanji. */
const HALF_WIDTH = 0.6;
/** A file of half-width kana alone (bank data) outweighs the kanji it would be in EUC-JP. */
const ONLY_HALF_WIDTH = 1.2;
/** EUC-JP writes each half-width kana as a pair that is a kanji in Shift_JIS; a run of them is no chance. */
const HALF_WIDTH_RUN = 4;
const UNNATURAL = -2;
const PRIVATE_USE = -3;

/** Scores bytes read as Windows-31J. A character cut off at the end is no error. */
export function shiftJisScore(bytes: Uint8Array): LegacyScore {
  let errors = 0;
  let score = 0;
  let halfWidth = 0;
  let wide = 0;
  let previous = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0xa1 && byte <= 0xdf) {
      if (isNaturalHalfWidth(byte, previous)) halfWidth++;
      else score += UNNATURAL;
    } else if (byte === 0x80 || byte === 0xa0 || byte > 0xfc) {
      errors++;
    } else if (byte > 0x80) {
      const trail = bytes[at + 1];
      if (trail === undefined) break;
      const weight = shiftJisWeight(byte, trail);
      if (weight === null) {
        errors++;
      } else {
        wide++;
        at++;
        // Latin text in a Western encoding: a letter, an accented letter or curly quote, a letter.
        score += weight <= COMMON_KANJI && isLetter(previous) && isLetter(trail) ? UNNATURAL : weight;
      }
    }
    previous = byte;
  }
  return { errors, score: score + halfWidth * (wide === 0 ? ONLY_HALF_WIDTH : HALF_WIDTH) };
}

function shiftJisWeight(lead: number, trail: number): number | null {
  if (trail < 0x40 || trail === 0x7f || trail > 0xfc) return null;
  if (lead === 0x81) return PUNCTUATION;
  if (lead === 0x82) return trail >= 0x9f ? KANA : PUNCTUATION;
  if (lead === 0x83) return trail <= 0x96 ? KANA : 0;
  if (lead === 0x84) return 0;
  if (lead === 0x87) return 0.5;
  if (lead === 0x85 || lead === 0x86 || lead === 0xeb || lead === 0xec || lead === 0xef) return null;
  if (lead < 0x98 || (lead === 0x98 && trail <= 0x72)) return COMMON_KANJI;
  if (lead <= 0x9f || lead <= 0xea) return isLetter(trail) ? -1 : 0;
  if (lead <= 0xee) return 0;
  if (lead <= 0xf9) return PRIVATE_USE;
  return lead === 0xfc && trail > 0x4b ? null : 0.5;
}

/** Voicing marks follow only kana that can be voiced; small kana begin no word. */
function isNaturalHalfWidth(byte: number, previous: number): boolean {
  const afterHa = previous >= 0xca && previous <= 0xce;
  if (byte === 0xde) return afterHa || previous === 0xb3 || (previous >= 0xb6 && previous <= 0xc4);
  if (byte === 0xdf) return afterHa;
  if (byte >= 0xa7 && byte <= 0xb0) return previous >= 0xa6 && previous <= 0xdf;
  return true;
}

/** Scores bytes read as EUC-JP. A character cut off at the end is no error. */
export function eucJpScore(bytes: Uint8Array): LegacyScore {
  let errors = 0;
  let score = 0;
  let run = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    run = byte === 0x8e ? run + 1 : 0;
    if (byte < 0x80) continue;
    const needed = byte === 0x8f ? 3 : 2;
    if (at + needed > bytes.length && (byte === 0x8e || byte === 0x8f || byte >= 0xa1)) break;
    const weight = eucJpWeight(byte, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
    if (weight === null) {
      errors++;
    } else {
      score += run > 2 ? HALF_WIDTH_RUN : weight;
      at += needed - 1;
    }
  }
  return { errors, score };
}

function eucJpWeight(lead: number, second: number, third: number): number | null {
  if (lead === 0x8e) return second >= 0xa1 && second <= 0xdf ? 0.5 : null;
  if (lead === 0x8f) return isEucTrail(second) && isEucTrail(third) ? -0.5 : null;
  if (!isEucTrail(lead) || !isEucTrail(second)) return null;
  if (lead === 0xa1) return PUNCTUATION;
  if (lead === 0xa2) return 0.3;
  if (lead === 0xa3) return isFullWidthAlphanumeric(second) ? PUNCTUATION : null;
  if (lead === 0xa4) return second <= 0xf3 ? KANA : null;
  if (lead === 0xa5) return second <= 0xf6 ? KANA : null;
  if (lead <= 0xa8) return 0;
  if (lead === 0xad) return 0.5;
  if (lead < 0xb0 || (lead >= 0xf5 && lead <= 0xf8)) return null;
  if (lead < 0xd0) return COMMON_KANJI;
  return lead <= 0xf4 ? 0 : -0.5;
}

function isEucTrail(byte: number): boolean {
  return byte >= 0xa1 && byte <= 0xfe;
}

function isFullWidthAlphanumeric(byte: number): boolean {
  return (byte >= 0xb0 && byte <= 0xb9) || (byte >= 0xc1 && byte <= 0xda) || (byte >= 0xe1 && byte <= 0xfa);
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Tab, line feed, carriage return, quotation mark, comma: every table has some. */
const STRUCTURE: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x22, 0x2c]);

/**
 * UTF-16 without a byte order mark: at least half of the bytes that could be line ends, delimiters or quotes have
 * their NUL at the place UTF-16 puts it. A text with stray NUL characters does not look like this.
 */
export function guessUtf16(sample: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (!sample.includes(0)) return null;
  let little = 0;
  let big = 0;
  let structural = 0;
  for (let at = 0; at + 1 < sample.length; at += 2) {
    const first = sample[at] ?? 0;
    const second = sample[at + 1] ?? 0;
    const firstIs = STRUCTURE.has(first);
    const secondIs = STRUCTURE.has(second);
    if (firstIs) structural++;
    if (secondIs) structural++;
    if (firstIs && second === 0) little++;
    if (secondIs && first === 0) big++;
  }
  const aligned = Math.max(little, big);
  if (aligned === 0 || aligned * 2 < structural) return null;
  const encoding = little >= big ? 'utf-16le' : 'utf-16be';
  // Decoded as a stream, so that a surrogate pair cut at the end is no fault.
  const text = new TextDecoder(encoding).decode(sample.subarray(0, sample.length & ~1), { stream: true });
  return text.includes('\ufffd') || text.includes('\0') ? null : encoding;
}
