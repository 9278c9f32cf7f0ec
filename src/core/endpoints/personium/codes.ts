import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { FailureNature } from '../endpoint';
import { makeMessage } from '../makeMessage';
import type { MakeMessage } from '../makeMessage';
import { cleanWords, isObject, readJson } from '../readJson';
import { withRetryAfter } from '../retryAfter';
import type { HttpResponse } from '../transport';
import type { PERSONIUM_MESSAGES } from './messages';

export type PersoniumMessageCode = keyof typeof PERSONIUM_MESSAGES;

/** A message of this table. */
export const personiumMessage: MakeMessage<PersoniumMessageCode> = makeMessage;

/** What a code of the unit means, whatever was asked for. */
export type CodeKind =
  /** The record is to blame: corrected, it may pass. */
  | 'row'
  /** An entity of this `__id` is there already. */
  | 'exists'
  /** What is there is not the version that was meant. */
  | 'changed'
  /** What was asked for is not there. */
  | 'gone'
  /** The request can't succeed in this form, at this address or at this version. */
  | 'request'
  /** The same in smaller parts may pass. */
  | 'tooLarge'
  /** The snapshot or the state of the cell or the unit has to be mended first. */
  | 'cell'
  /** The last import of the cell has failed: it takes nothing but another one. */
  | 'failedCell'
  /** To sign in again. */
  | 'signIn'
  /** To ask somebody for a right. */
  | 'right'
  /** Nothing was done, and it passes by itself. */
  | 'wait'
  /** The unit failed; whether it had done something is not told. */
  | 'server';

/** The codes that an importer can meet; their sentences are in `PERSONIUM_MESSAGES` under `personium.` and the code. */
export const PERSONIUM_CODES = {
  'PR400-OD-0001': 'request',
  'PR400-OD-0003': 'request',
  'PR400-OD-0005': 'request',
  'PR400-OD-0013': 'request',
  'PR400-OD-0015': 'request',
  'PR400-OD-0017': 'request',
  'PR400-OD-0026': 'request',
  'PR400-OD-0029': 'request',
  'PR400-OD-0036': 'request',
  'PR400-OD-0037': 'request',
  'PR400-OD-0040': 'request',
  'PR400-OD-0043': 'request',
  'PR400-OD-0044': 'request',
  'PR400-OD-0045': 'request',
  'PR400-OD-0046': 'request',
  'PR400-OD-0047': 'request',
  'PR400-OD-0048': 'request',
  'PR400-OD-0004': 'row',
  'PR400-OD-0016': 'row',
  'PR400-OD-0006': 'row',
  'PR400-OD-0007': 'row',
  'PR400-OD-0009': 'row',
  'PR400-OD-0012': 'request',
  'PR400-OD-0018': 'row',
  'PR400-OD-0021': 'request',
  'PR400-OD-0022': 'request',
  'PR400-OD-0023': 'request',
  'PR400-OD-0034': 'request',
  'PR400-OD-0035': 'request',
  'PR400-OD-0024': 'row',
  'PR400-OD-0027': 'row',
  'PR400-OD-0030': 'tooLarge',
  'PR400-OD-0032': 'row',
  'PR400-OD-0033': 'request',
  'PR400-OD-0041': 'request',
  'PR400-OD-0042': 'request',
  'PR404-OD-0000': 'gone',
  'PR404-OD-0001': 'gone',
  'PR404-OD-0002': 'row',
  'PR404-OD-0003': 'gone',
  'PR406-OD-0001': 'request',
  'PR406-CM-0001': 'request',
  'PR415-OD-0001': 'request',
  'PR415-MC-0001': 'request',
  'PR409-OD-0001': 'row',
  'PR409-OD-0002': 'row',
  'PR409-OD-0006': 'row',
  'PR409-OD-0003': 'exists',
  'PR409-OD-0004': 'exists',
  'PR409-OD-0005': 'exists',
  'PR412-OD-0001': 'row',
  'PR412-OD-0002': 'changed',
  'PR412-OD-0003': 'changed',
  'PR500-OD-0001': 'server',
  'PR500-OD-0002': 'server',
  'PR500-DV-0001': 'server',
  'PR400-DV-0003': 'request',
  'PR403-DV-0001': 'request',
  'PR400-DV-0007': 'cell',
  'PR404-DV-0001': 'gone',
  'PR404-DV-0002': 'gone',
  'PR404-DV-0003': 'gone',
  'PR409-DV-0001': 'cell',
  'PR409-DV-0002': 'cell',
  'PR412-DV-0001': 'changed',
  'PR503-DV-0001': 'wait',
  'PR400-MC-0001': 'cell',
  'PR400-MC-0003': 'cell',
  'PR400-MC-0004': 'cell',
  'PR400-CM-0001': 'request',
  'PR400-CM-0003': 'request',
  'PR400-CM-0002': 'request',
  'PR400-CM-0004': 'cell',
  'PR409-CM-0001': 'failedCell',
  'PR409-CM-0002': 'wait',
  'PR409-MC-0001': 'wait',
  'PR409-MC-0002': 'cell',
  'PR500-CM-0001': 'server',
  'PR500-CM-0002': 'server',
  'PR408-MC-0001': 'wait',
  'PR500-SV-0000': 'server',
  'PR500-SV-9999': 'server',
  'PR500-SV-0001': 'server',
  'PR500-SV-0002': 'server',
  'PR500-SV-0005': 'server',
  'PR500-SV-0006': 'server',
  'PR500-SV-0007': 'server',
  'PR503-SV-0001': 'wait',
  'PR503-SV-0002': 'wait',
  'PR503-SV-0003': 'wait',
  'PR503-SV-0006': 'wait',
  'PR503-SV-0004': 'wait',
  'PR503-SV-0005': 'cell',
  'PR501-MC-0001': 'request',
  'PR501-MC-0002': 'request',
  'PR405-MC-0001': 'request',
  'PR404-MC-0001': 'gone',
  'PR400-CM-0005': 'request',
  'PR400-MC-0002': 'request',
  'PR412-UI-0001': 'request',
  'PR400-EV-0002': 'request',
  'PR400-AN-0001': 'signIn',
  'PR400-AN-0016': 'signIn',
  'PR400-AN-0002': 'signIn',
  'PR400-AN-0009': 'signIn',
  'PR400-AN-0010': 'signIn',
  'PR400-AN-0013': 'signIn',
  'PR401-AN-0020': 'signIn',
  'PR401-AN-0021': 'signIn',
  'PR400-AN-0017': 'signIn',
  'PR401-AN-0023': 'signIn',
  'PR401-AU-0001': 'signIn',
  'PR401-AU-0002': 'signIn',
  'PR401-AU-0003': 'signIn',
  'PR401-AU-0004': 'signIn',
  'PR401-AU-0005': 'signIn',
  'PR401-AU-0010': 'signIn',
  'PR401-AU-0011': 'signIn',
  'PR401-AU-0006': 'signIn',
  'PR401-AU-0007': 'signIn',
  'PR401-AU-0008': 'signIn',
  'PR401-AU-0009': 'signIn',
  'PR401-AU-0012': 'signIn',
  'PR403-AU-0001': 'right',
  'PR403-AU-0002': 'right',
  'PR403-AU-0003': 'right',
  'PR403-AU-0004': 'right',
  'PR403-AU-0005': 'right',
  'PR403-AU-0006': 'right',
  'PR403-AU-0007': 'right',
} as const satisfies Readonly<Record<string, CodeKind>>;

export type PersoniumCode = keyof typeof PERSONIUM_CODES;

/** Each code of the table has its sentence: a missing one is a type error. */
type MessageOf<C extends PersoniumCode> = `personium.${C}`;

function isKnown(code: string): code is PersoniumCode {
  return Object.hasOwn(PERSONIUM_CODES, code);
}

/** What a code means; one that is not in the table counts by the status it carries. */
export function kindOf(code: string): CodeKind {
  if (isKnown(code)) {
    return PERSONIUM_CODES[code];
  }
  const status = Number(CODE.exec(code)?.[1] ?? 0);
  switch (status) {
    case 401:
      return 'signIn';
    case 403:
      return 'right';
    case 404:
      return 'gone';
    case 408:
    case 503:
      return 'wait';
    case 412:
      return 'changed';
    case 413:
      return 'tooLarge';
    default:
      return status >= 500 ? 'server' : 'request';
  }
}

/** Whether the unit did nothing because it is busy or locked, so that the same may be asked again later. */
export function isBusy(code: string): boolean {
  return kindOf(code) === 'wait';
}

/** Whether reading the same again may help, a right is missing, or neither. */
export function natureOfCode(code: string): FailureNature {
  switch (kindOf(code)) {
    case 'wait':
    case 'server':
      return 'passing';
    case 'right':
      return 'forbidden';
    default:
      return 'lasting';
  }
}

/** A refusal in the unit's own form. */
export interface PersoniumError {
  readonly code: string;
  /** The unit's words, cut to a decent length and without the code. */
  readonly text: string;
}

const CODE = /^PR(\d{3})-\w{2}-\d{4}$/;
/** In the OAuth form of the token endpoint the code stands in the description. */
const DESCRIBED = /^\[(PR\d{3}-\w{2}-\d{4})\](?: - )?/;
/** These repeat what was sent, with the data in it. */
const REPEATING: ReadonlySet<string> = new Set(['PR400-CM-0004']);
const MAX_REPEATED = 80;

/** The refusal that the unit wrote, of resources and of the token endpoint alike; null for anything else. */
export function readPersoniumError(response: Pick<HttpResponse, 'body'>): PersoniumError | null {
  return errorOf(readJson(response));
}

/** The same of what was JSON already: a part of a batch, the message of a failed import. */
export function errorOf(json: unknown): PersoniumError | null {
  if (!isObject(json)) {
    return null;
  }
  const { code, message, error_description: described } = json;
  if (typeof code === 'string' && CODE.test(code)) {
    return { code, text: wordsOf(code, isObject(message) ? message.value : message) };
  }
  const told = typeof described === 'string' ? DESCRIBED.exec(described) : null;
  return told?.[1] === undefined || typeof described !== 'string'
    ? null
    : { code: told[1], text: wordsOf(told[1], described.slice(told[0].length)) };
}

function wordsOf(code: string, text: unknown): string {
  return REPEATING.has(code) ? cleanWords(text, MAX_REPEATED) : cleanWords(text);
}

/** What stands in brackets in the unit's words: the property, the file or the right that is meant. */
export function bracketed({ text }: PersoniumError): readonly string[] {
  return [...text.matchAll(/\[([^[\]]{1,400})\]/g)].map(([, inside]) => inside ?? '');
}

/** What a request was about, so that a missing right can be named. */
export interface AskedPlace {
  /** The box, collection, entity set or cell as a person knows it. */
  readonly name: string;
  /** Privilege that the request takes there. */
  readonly right: 'read' | 'write' | 'alter-schema' | 'root' | 'auth' | 'box' | 'social';
}

/** The sentence for a refusal: what happened, which right is missing on what, and what to do next. */
export function refusalMessage(error: PersoniumError, place?: AskedPlace): Message {
  const { code, text } = error;
  if (place !== undefined && code === 'PR403-AU-0002') {
    return personiumMessage('personium.needsRight', { right: place.right, place: place.name }, text);
  }
  if (place !== undefined && code === 'PR403-AU-0007') {
    const right = bracketed(error)[0] ?? place.right;
    return personiumMessage('personium.needsScope', { right, place: place.name }, text);
  }
  if (isKnown(code)) {
    const own: MessageOf<typeof code> = `personium.${code}`;
    return personiumMessage(own, undefined, text);
  }
  const status = CODE.exec(code)?.[1] ?? '';
  return personiumMessage('personium.refused', { code, status }, text);
}

/** A refusal with what those need who know a way round. */
export class PersoniumRefusal extends ExpectedError {
  /** The unit's own code; empty when something else answered. */
  readonly personiumCode: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly nature: FailureNature;

  constructor(detail: Message, personiumCode: string, status: number) {
    super(detail);
    this.name = 'PersoniumRefusal';
    this.personiumCode = personiumCode;
    this.status = status;
    this.nature = personiumCode === '' ? natureOfStatus(status) : natureOfCode(personiumCode);
  }
}

/**
 * Why an answer is none that was hoped for. The unit itself tells by its code; a server in front of it (a page in HTML,
 * a redirect) by its status alone.
 */
export function personiumFailure(response: HttpResponse, place?: AskedPlace): PersoniumRefusal {
  const { status } = response;
  const error = status >= 400 ? readPersoniumError(response) : null;
  const refusal =
    error === null
      ? new PersoniumRefusal(statusMessage(status), '', status)
      : new PersoniumRefusal(refusalMessage(error, place), error.code, status);
  return withRetryAfter(refusal, response);
}

function natureOfStatus(status: number): FailureNature {
  return status === 408 || status === 429 || status >= 500 ? 'passing' : 'lasting';
}

function statusMessage(status: number): Message {
  switch (status) {
    case 413:
      return personiumMessage('personium.tooLarge');
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return personiumMessage('personium.unavailable', { status });
    default: {
      const redirected = status >= 300 && status < 400;
      const code = redirected ? 'redirected' : status >= 500 ? 'serverFailed' : 'unexpectedAnswer';
      return personiumMessage(`personium.${code}`, { status });
    }
  }
}
