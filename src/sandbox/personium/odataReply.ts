import { atomEntry, atomFeed } from './atom';
import { PersoniumError } from './errors';
import type { PersoniumReply, PersoniumRequest } from './request';

type Row = Readonly<Record<string, unknown>>;

const VERSION = { DataServiceVersion: '2.0' };

/** Whether an answer is JSON or Atom; throws for what the server can't write. */
export function formatOf({ method, url, headers }: PersoniumRequest): 'json' | 'atom' {
  const format = url.searchParams.get('$format');
  if (format !== null) {
    if (format !== 'json' && format !== 'atom') {
      throw new PersoniumError('PR400-OD-0005', format);
    }
    return format;
  }
  const accept = headers.accept ?? '';
  if (method === 'POST') {
    return 'json';
  }
  const types = accept.split(',').map((type) => (type.split(';')[0] ?? '').trim());
  if (accept === '' || types.includes('*/*') || types.some((type) => type.endsWith('xml'))) {
    return 'atom';
  }
  if (types.includes('application/json')) {
    return 'json';
  }
  throw new PersoniumError('PR406-OD-0001', accept);
}

export function listReply(
  format: 'json' | 'atom',
  setUrl: string,
  rows: readonly Row[],
  count: number | undefined,
): PersoniumReply {
  if (format === 'atom') {
    const headers = { ...VERSION, 'Content-Type': 'application/atom+xml;charset=utf-8' };
    return { status: 200, headers, body: atomFeed(setUrl, rows) };
  }
  return {
    status: 200,
    headers: { ...VERSION, 'Content-Type': 'application/json' },
    body: listJson(rows, count),
  };
}

export function listJson(rows: readonly Row[], count: number | undefined): string {
  return JSON.stringify({ d: { results: rows, ...(count === undefined ? {} : { __count: String(count) }) } });
}

export function entryReply(
  status: number,
  format: 'json' | 'atom',
  row: Row,
  headers: Readonly<Record<string, string>> = {},
): PersoniumReply {
  const isJson = format === 'json';
  const type = isJson ? 'application/json' : 'application/atom+xml;charset=utf-8';
  return {
    status,
    headers: { ...VERSION, 'Content-Type': type, ...headers },
    body: isJson ? entryJson(row) : atomEntry(row),
  };
}

export function entryJson(row: Row): string {
  return JSON.stringify({ d: { results: row } });
}

export function noContent(headers: Readonly<Record<string, string>> = {}): PersoniumReply {
  return { status: 204, headers: { ...VERSION, ...headers } };
}

/** The key between the brackets of `Set('…')`, decoded; throws for one without quotes. */
export function keyOf(text: string): string {
  const [, key] = /^'((?:[^']|'')*)'$/.exec(text) ?? [];
  if (key === undefined) {
    throw new PersoniumError('PR400-OD-0004');
  }
  return key.replaceAll("''", "'");
}
