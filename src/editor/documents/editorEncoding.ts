import type { Encoding } from '../../core/files/row';

/** The editor's names of the encodings that we read and write (`files.encoding`). */
const NAMES: Readonly<Record<Encoding, string>> = {
  'utf-8': 'utf8',
  'utf-16le': 'utf16le',
  'utf-16be': 'utf16be',
  shift_jis: 'shiftjis',
  'euc-jp': 'eucjp',
};

/** What to pass to `openTextDocument` for a file in this encoding. */
export function editorEncoding(encoding: Encoding, bom = false): string {
  return encoding === 'utf-8' && bom ? 'utf8bom' : NAMES[encoding];
}

/** Our name of a document's encoding, or null when it is one that we can't write. */
export function encodingOf(editorName: string): Encoding | null {
  if (editorName === 'utf8bom') return 'utf-8';
  const found = Object.entries(NAMES).find(([, name]) => name === editorName);
  return found ? (found[0] as Encoding) : null;
}
