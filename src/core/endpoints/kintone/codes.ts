import type { Message } from '../../message';
import { makeMessage } from '../makeMessage';
import type { MakeMessage } from '../makeMessage';
import type { KINTONE_MESSAGES } from '../messages';
import type { KintoneError } from './reply';

export type KintoneMessageCode = keyof typeof KINTONE_MESSAGES;

/** A message of this table. */
export const kintoneMessage: MakeMessage<KintoneMessageCode> = makeMessage;

/** What a code means for a write request. Whatever the HTTP status: a 400 can be a lock, a 520 a wrong value. */
export type CodeEffect =
  /** Nothing was kept, because of some of the rows. */
  | 'rejected'
  /** Nothing was kept; the same request may succeed later. */
  | 'locked'
  | 'throttled'
  /** Nothing was kept, and no request of this job can succeed. */
  | 'impossible';

/** Where a person goes next. */
export type NextStep =
  /** To the file, to correct rows. */
  | 'file'
  /** To the record in the app, to see what others made of it. */
  | 'record'
  /** To the settings of the app: fields, process management, lookups. */
  | 'appSettings'
  /** To the API tokens in the settings of the app. */
  | 'tokens'
  /** To whoever may give rights in the app. */
  | 'administrator'
  /** To the connection, to sign in again or to mend its address. */
  | 'connection'
  /** Nowhere: it passes. */
  | 'wait';

interface CodeEntry {
  /** `byStatus`: the code alone does not tell; see `effectOf`. */
  readonly effect: CodeEffect | 'byStatus';
  readonly next: NextStep;
}

/**
 * The codes of Kintone that an importer can meet; what a person reads is in `KINTONE_MESSAGES` under `kintone.` and the
 * code. `GAIA_IL16`, `GAIA_IL17` and `GAIA_IL48` are those of Kintone's own import, `GAIA_UN03` is an older name of
 * `GAIA_CO02`.
 */
export const KINTONE_CODES = {
  CB_AU01: { effect: 'impossible', next: 'connection' },
  CB_IJ01: { effect: 'rejected', next: 'file' },
  CB_IL02: { effect: 'impossible', next: 'connection' },
  CB_NO02: { effect: 'impossible', next: 'administrator' },
  CB_OA01: { effect: 'impossible', next: 'connection' },
  CB_TW02: { effect: 'impossible', next: 'connection' },
  CB_VA01: { effect: 'rejected', next: 'file' },
  CB_WA01: { effect: 'impossible', next: 'connection' },
  GAIA_AP01: { effect: 'impossible', next: 'connection' },
  GAIA_BL01: { effect: 'rejected', next: 'file' },
  GAIA_BR01: { effect: 'byStatus', next: 'file' },
  GAIA_CO02: { effect: 'rejected', next: 'record' },
  GAIA_DA02: { effect: 'locked', next: 'wait' },
  GAIA_DA03: { effect: 'impossible', next: 'connection' },
  GAIA_FU01: { effect: 'impossible', next: 'administrator' },
  GAIA_IA02: { effect: 'impossible', next: 'tokens' },
  GAIA_IL03: { effect: 'rejected', next: 'record' },
  GAIA_IL08: { effect: 'rejected', next: 'appSettings' },
  GAIA_IL16: { effect: 'rejected', next: 'file' },
  GAIA_IL17: { effect: 'rejected', next: 'file' },
  GAIA_IL23: { effect: 'impossible', next: 'connection' },
  GAIA_IL26: { effect: 'rejected', next: 'file' },
  GAIA_IL27: { effect: 'rejected', next: 'file' },
  GAIA_IL28: { effect: 'rejected', next: 'file' },
  GAIA_IL42: { effect: 'rejected', next: 'appSettings' },
  GAIA_IL48: { effect: 'rejected', next: 'file' },
  GAIA_IQ03: { effect: 'rejected', next: 'appSettings' },
  GAIA_IQ07: { effect: 'rejected', next: 'appSettings' },
  GAIA_IQ10: { effect: 'rejected', next: 'appSettings' },
  GAIA_IQ11: { effect: 'rejected', next: 'appSettings' },
  GAIA_IQ23: { effect: 'rejected', next: 'appSettings' },
  GAIA_IQ25: { effect: 'rejected', next: 'appSettings' },
  GAIA_IR02: { effect: 'rejected', next: 'appSettings' },
  GAIA_LO03: { effect: 'rejected', next: 'appSettings' },
  GAIA_LO04: { effect: 'rejected', next: 'file' },
  GAIA_LT01: { effect: 'locked', next: 'wait' },
  GAIA_NO01: { effect: 'impossible', next: 'tokens' },
  GAIA_NT01: { effect: 'rejected', next: 'record' },
  GAIA_QU01: { effect: 'rejected', next: 'connection' },
  GAIA_QU02: { effect: 'rejected', next: 'connection' },
  GAIA_RE01: { effect: 'rejected', next: 'record' },
  GAIA_RE09: { effect: 'rejected', next: 'file' },
  GAIA_RE18: { effect: 'locked', next: 'wait' },
  GAIA_RE20: { effect: 'rejected', next: 'file' },
  GAIA_SI01: { effect: 'rejected', next: 'file' },
  GAIA_ST02: { effect: 'rejected', next: 'appSettings' },
  GAIA_TM12: { effect: 'throttled', next: 'wait' },
  GAIA_TO04: { effect: 'throttled', next: 'wait' },
  GAIA_UN03: { effect: 'rejected', next: 'record' },
} as const satisfies Readonly<Record<string, CodeEntry>>;

/** Each code of the table has its sentence: a missing one is a type error. */
type MessageOf<C extends keyof typeof KINTONE_CODES> = `kintone.${C}`;

function entryOf(code: string): CodeEntry | undefined {
  return isKnown(code) ? KINTONE_CODES[code] : undefined;
}

function isKnown(code: string): code is keyof typeof KINTONE_CODES {
  return Object.hasOwn(KINTONE_CODES, code);
}

/**
 * What follows from a refusal that Kintone itself wrote; null when it does not tell. A code that is not in the table
 * counts as a refusal below 500, where HTTP says that nothing was done, and tells nothing above.
 */
export function effectOf(code: string, status: number): CodeEffect | null {
  const known = entryOf(code)?.effect;
  if (known !== undefined && known !== 'byStatus') {
    return known;
  }
  if (status === 401 || status === 403) {
    return 'impossible';
  }
  return status >= 400 && status < 500 ? 'rejected' : null;
}

/** Where to go after a refusal with this code; null for a code that is not known. */
export function nextStepOf(code: string): NextStep | null {
  return entryOf(code)?.next ?? null;
}

/**
 * The sentence for a refusal, and beside it Kintone's own words. Of an unknown code those are the only ones, and its
 * id is named too: Kintone's support asks for it.
 */
export function codeMessage({ code, id, words }: KintoneError, status: number): Message {
  if (code === 'CB_OA01' && status === 403) {
    return kintoneMessage('kintone.scopeMissing', undefined, words);
  }
  if (isKnown(code)) {
    const own: MessageOf<typeof code> = `kintone.${code}`;
    return kintoneMessage(own, undefined, words);
  }
  return id === ''
    ? kintoneMessage('kintone.refused', { code, status }, words)
    : kintoneMessage('kintone.refusedWithId', { code, status, id }, words);
}

/** The sentence for a failure of which Kintone's code does not tell whether the rows were kept. */
export function uncertainMessage(error: KintoneError | null, status: number): Message {
  return error === null
    ? kintoneMessage('kintone.uncertainStatus', { status })
    : kintoneMessage(
        'kintone.uncertainCode',
        { code: error.code, status, id: error.id === '' ? '–' : error.id },
        error.words,
      );
}

/** What a request takes the right to do. */
export type Right = 'view' | 'add' | 'edit' | 'addAndEdit' | 'delete';

const TOKEN_NEEDS = {
  view: 'kintone.tokenNeedsView',
  add: 'kintone.tokenNeedsAdd',
  edit: 'kintone.tokenNeedsEdit',
  addAndEdit: 'kintone.tokenNeedsAddAndEdit',
  delete: 'kintone.tokenNeedsDelete',
} as const satisfies Record<Right, KintoneMessageCode>;

const USER_NEEDS = {
  view: 'kintone.userNeedsView',
  add: 'kintone.userNeedsAdd',
  edit: 'kintone.userNeedsEdit',
  addAndEdit: 'kintone.userNeedsAddAndEdit',
  delete: 'kintone.userNeedsDelete',
} as const satisfies Record<Right, KintoneMessageCode>;

/** The right that is missing when a request was refused for want of it; null for any other refusal. */
export function missingRight({ code, words }: KintoneError, needed: Right): Message | null {
  switch (code) {
    case 'GAIA_NO01':
      return kintoneMessage(TOKEN_NEEDS[needed], undefined, words);
    case 'CB_NO02':
      return kintoneMessage(USER_NEEDS[needed], undefined, words);
    default:
      return null;
  }
}
