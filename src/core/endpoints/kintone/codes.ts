import type { Message } from '../../message';
import { KINTONE_MESSAGES } from '../messages';

export type KintoneMessageCode = keyof typeof KINTONE_MESSAGES;

/** A message of this room; a wrong code is a type error. */
export function kintoneMessage(code: KintoneMessageCode, args?: Message['args'], verbatim?: string): Message {
  return {
    code,
    ...(args === undefined ? {} : { args }),
    ...(verbatim === undefined || verbatim === '' ? {} : { verbatim }),
  };
}

/** What a code of Kintone means for a write request. Whatever the HTTP status: a 400 can be a lock, a 520 a wrong value. */
export type CodeEffect = 'rejected' | 'locked' | 'throttled' | 'impossible';

const EFFECTS: Readonly<Record<string, CodeEffect>> = {
  CB_AU01: 'impossible',
  CB_IJ01: 'rejected',
  CB_NO02: 'impossible',
  CB_TW02: 'impossible',
  CB_VA01: 'rejected',
  CB_WA01: 'impossible',
  GAIA_AP01: 'impossible',
  GAIA_BL01: 'rejected',
  GAIA_CO02: 'rejected',
  GAIA_DA02: 'locked',
  GAIA_DA03: 'impossible',
  GAIA_FU01: 'impossible',
  GAIA_IA02: 'impossible',
  GAIA_IL03: 'rejected',
  GAIA_IL08: 'rejected',
  GAIA_IL16: 'rejected',
  GAIA_IL17: 'rejected',
  GAIA_IL23: 'impossible',
  GAIA_IL26: 'rejected',
  GAIA_IL28: 'rejected',
  GAIA_IL42: 'rejected',
  GAIA_IL48: 'rejected',
  GAIA_IQ03: 'rejected',
  GAIA_IQ07: 'rejected',
  GAIA_IQ11: 'rejected',
  GAIA_IQ23: 'rejected',
  GAIA_IQ25: 'rejected',
  GAIA_IR02: 'rejected',
  GAIA_LO03: 'rejected',
  GAIA_LO04: 'rejected',
  GAIA_LT01: 'locked',
  GAIA_NO01: 'impossible',
  GAIA_NT01: 'rejected',
  GAIA_QU01: 'rejected',
  GAIA_QU02: 'rejected',
  GAIA_RE01: 'rejected',
  GAIA_RE09: 'rejected',
  GAIA_RE18: 'locked',
  GAIA_RE20: 'rejected',
  GAIA_SI01: 'rejected',
  GAIA_ST02: 'rejected',
  GAIA_TM12: 'throttled',
  GAIA_TO04: 'throttled',
  GAIA_UN03: 'rejected',
};

/**
 * What follows from a refusal that Kintone itself wrote; null when it does not tell. A code that is not in the table
 * counts as a refusal below 500, where HTTP says that nothing was done, and tells nothing above.
 */
export function effectOf(code: string, status: number): CodeEffect | null {
  const known = Object.hasOwn(EFFECTS, code) ? EFFECTS[code] : undefined;
  if (known !== undefined) {
    return known;
  }
  if (status === 401 || status === 403) {
    return 'impossible';
  }
  return status >= 400 && status < 500 ? 'rejected' : null;
}

/** The sentence for a code, and beside it Kintone's own words, which are the only ones for an unknown code. */
export function codeMessage(code: string, status: number, words: string): Message {
  const own = `kintone.${code}`;
  return isMessageCode(own)
    ? kintoneMessage(own, undefined, words)
    : kintoneMessage('kintone.refused', { code, status }, words);
}

function isMessageCode(code: string): code is KintoneMessageCode {
  return Object.hasOwn(KINTONE_MESSAGES, code);
}
