import { cleanWords, isObject, readJson } from '../readJson';
import type { HttpResponse } from '../transport';

/** A refusal in Kintone's own form. */
export interface KintoneError {
  readonly code: string;
  /** By which Kintone's support finds the failure; empty when there is none. */
  readonly id: string;
  /** Kintone's words, cut to a decent length. */
  readonly words: string;
  /** Path of `errors` → words about it. */
  readonly errors: ReadonlyMap<string, readonly string[]>;
  /** Which part of a bulk request failed; 0 for any other request. */
  readonly part: number;
  /** It was that part alone which Kintone refused, and not the request as such. */
  readonly ofPart?: true;
}

const CODE = /^[A-Z][A-Z0-9]{1,15}_[A-Z0-9]{2,15}$/;

/**
 * The refusal that Kintone wrote: the body itself, the failing part of a bulk request, or at the least the code in
 * its header. Null when nothing in the answer is Kintone's.
 */
export function readError(response: HttpResponse): KintoneError | null {
  const json = readJson(response);
  if (isObject(json)) {
    if (Array.isArray(json.results)) {
      const results: readonly unknown[] = json.results;
      for (const [part, result] of results.entries()) {
        const error = errorOf(result, part);
        if (error !== null) {
          return { ...error, ofPart: true };
        }
      }
    }
    const error = errorOf(json, 0);
    if (error !== null) {
      return error;
    }
  }
  const code = response.headers['x-cybozu-error'];
  return code !== undefined && CODE.test(code)
    ? { code, id: '', words: '', errors: new Map(), part: 0 }
    : null;
}

function errorOf(value: unknown, part: number): KintoneError | null {
  if (!isObject(value) || typeof value.code !== 'string' || !CODE.test(value.code)) {
    return null;
  }
  const errors = new Map<string, readonly string[]>();
  if (isObject(value.errors)) {
    for (const [path, entry] of Object.entries(value.errors)) {
      errors.set(path, wordsOf(entry));
    }
  }
  return { code: value.code, id: idOf(value.id), words: cleanWords(value.message), errors, part };
}

/** About twenty letters, digits and dashes; whatever else stands there is no id. */
function idOf(value: unknown): string {
  return typeof value === 'string' && /^[\w-]{1,60}$/.test(value) ? value : '';
}

function wordsOf(entry: unknown): readonly string[] {
  const messages: readonly unknown[] = isObject(entry) && Array.isArray(entry.messages) ? entry.messages : [];
  return messages.map((words) => cleanWords(words)).filter((words) => words !== '');
}
