import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { CellIdentity } from '../cellSnapshots';
import { isLoopback, parseUrl } from '../exchange';
import { failureMessage } from '../networkFailure';
import { isObject, readJson } from '../readJson';
import { TransportError } from '../transport';
import type { HttpResponse, Transport } from '../transport';
import { createPersoniumClient } from './client';
import { PersoniumRefusal, personiumFailure, personiumMessage, readPersoniumError } from './codes';

/** Where a cell may be, by what a person typed or copied from the browser. */
export interface CellAddress {
  /** URLs with a slash at the end, the likeliest first. */
  readonly candidates: readonly string[];
}

const LEARN_TIMEOUT_MS = 60_000;

/**
 * Accepts the URL of a cell that is a path of its unit or has a host name of its own, with or without a slash at the
 * end, and that of something inside a cell; http only to loopback. Answers a `Message` when the text is no such address.
 */
export function normalizeCellUrl(text: string): CellAddress | Message {
  const typed = text.trim();
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `${guessScheme(typed)}://${typed}`);
  if (url === null || typed === '' || (!url.hostname.includes('.') && !isLoopback(url.hostname))) {
    return personiumMessage('personium.addressUnreadable');
  }
  if (url.username !== '' || url.password !== '') {
    return personiumMessage('personium.addressWithPassword');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return personiumMessage('personium.addressNeedsHttps');
  }
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  // Names of cells and boxes begin with no underscore: what does is inside of what stands before it.
  const inside = segments.findIndex((segment) => segment.startsWith('__'));
  const outer = inside < 0 ? segments : segments.slice(0, inside);
  const lengths = [...new Set([outer.length, Math.min(1, outer.length), 0])];
  return { candidates: lengths.map((length) => `${[url.origin, ...outer.slice(0, length)].join('/')}/`) };
}

function guessScheme(typed: string): 'http' | 'https' {
  const host = parseUrl(`http://${typed}`)?.hostname ?? '';
  return isLoopback(host) ? 'http' : 'https';
}

/**
 * The first of the candidates that says that it is a cell. No sign-in is needed. Throws `ExpectedError` with what is
 * wrong with the likeliest one, or when the cell names an address at another server: a password must not go there unless
 * a person says so. Throws the signal's reason as well.
 */
export async function learnCell(
  transport: Transport,
  { candidates }: CellAddress,
  signal?: AbortSignal,
): Promise<CellIdentity> {
  let first: ExpectedError | undefined;
  for (const candidate of candidates) {
    const response = await ask(transport, candidate, signal);
    const identity = readIdentity(response) ?? failedCell(response, candidate);
    if (identity !== null) {
      if (new URL(identity.url).origin !== new URL(candidate).origin) {
        const args = { address: identity.url };
        throw new PersoniumRefusal(personiumMessage('personium.cellElsewhere', args), '', response.status);
      }
      return identity;
    }
    first ??= whyNot(response);
  }
  throw first ?? new ExpectedError(personiumMessage('personium.addressUnreadable'));
}

async function ask(
  transport: Transport,
  baseUrl: string,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  try {
    return await createPersoniumClient({ baseUrl, transport }).send({
      method: 'GET',
      path: '',
      timeoutMs: LEARN_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TransportError
      ? new ExpectedError(failureMessage(error), { cause: error })
      : error;
  }
}

/** What a cell answers about itself; null for any other answer. */
export function readIdentity(response: HttpResponse): CellIdentity | null {
  const json = response.status === 200 ? readJson(response) : undefined;
  const { cell, unit } = isObject(json) ? json : {};
  const name = isObject(cell) ? cell.name : undefined;
  const url = isObject(cell) ? cell.url : undefined;
  const unitUrl = isObject(unit) ? unit.url : undefined;
  return typeof name === 'string' && isUrl(url) && isUrl(unitUrl)
    ? { name, url: withSlash(url), unitUrl: withSlash(unitUrl) }
    : null;
}

/** A cell whose last import has failed tells nothing but that; its address tells the rest. */
function failedCell(response: HttpResponse, cellUrl: string): CellIdentity | null {
  return readPersoniumError(response)?.code === 'PR409-CM-0001' ? identityByUrl(cellUrl) : null;
}

/** A cell stands below its unit's path, or its name is the first part of the host. */
export function identityByUrl(cellUrl: string): CellIdentity {
  const url = new URL(cellUrl);
  const segments = url.pathname.split('/').filter((part) => part !== '');
  const own = segments.at(-1);
  return own === undefined
    ? {
        name: url.hostname.split('.')[0] ?? '',
        url: cellUrl,
        unitUrl: `${url.protocol}//${url.host.slice(url.host.indexOf('.') + 1)}/`,
      }
    : {
        name: decoded(own),
        url: cellUrl,
        unitUrl: `${[url.origin, ...segments.slice(0, -1)].join('/')}/`,
      };
}

/** A name as a person wrote it, unless it was written in a way that can't be read. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function whyNot(response: HttpResponse): ExpectedError {
  const { status, headers } = response;
  if (readPersoniumError(response) !== null || status >= 300) {
    return personiumFailure(response);
  }
  const json = readJson(response);
  if (isObject(json) && isObject(json.unit) && json.cell === undefined) {
    return new PersoniumRefusal(personiumMessage('personium.unitInstead'), '', status);
  }
  return /html/i.test(headers['content-type'] ?? '')
    ? new PersoniumRefusal(personiumMessage('personium.pageInstead'), '', status)
    : personiumFailure(response);
}

function isUrl(value: unknown): value is string {
  const protocol = typeof value === 'string' ? parseUrl(value)?.protocol : undefined;
  return protocol === 'https:' || protocol === 'http:';
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
