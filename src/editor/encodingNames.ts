import type { Encoding } from '../core/files/row';

/** Encodings as people know them; proper names, the same in every language. */
const NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
};

export function encodingName(encoding: Encoding): string {
  return NAMES[encoding];
}
