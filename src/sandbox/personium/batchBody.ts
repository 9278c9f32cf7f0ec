import { PersoniumError } from './errors';

/** One operation of a `$batch`. */
export interface BatchOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly kind: 'entity' | 'links' | 'navigation';
  readonly set: string;
  /** What stands between the quotes of the path. */
  readonly key: string | undefined;
  readonly query: string;
  readonly ifMatch: string | undefined;
  readonly body: string;
  /** Boundary of the changeset; undefined outside of one. */
  readonly changeset: string | undefined;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** What the request allows in sum. */
export interface BatchLimits {
  readonly top: number;
}

const LINKS = /^([^(]*)\('([^']*)'\)\/\$links\/([^(]*)(\('([^')]*)'\))?$/;
const NAVIGATION = /^([^(]*)\('([^']*)'\)\/_([^(]*)(\('([^')]*)'\))?$/;
const ENTITY = /^([^(]*)(\('([^']*)'\))?$/;
const REQUEST_LINE = /^([A-Z]+)\s+(\S+)/;

/**
 * Reads the body of a `$batch` as the server does, line by line and without mercy: names of headers as they are
 * written, one blank line, the beginning of a body by the number of headers. Throws what the whole request ends in.
 */
export function parseBatch(text: string, boundary: string, limits: BatchLimits): readonly BatchOperation[] {
  const body = withLineFeeds(text);
  if (!body.startsWith(`--${boundary}\n`) || !body.trim().endsWith(`--${boundary}--`)) {
    throw new PersoniumError('PR400-OD-0023');
  }
  const parser = new BatchParser(limits);
  const operations = split(body, `--${boundary}\n`)
    .filter((part) => part !== '')
    .flatMap((part) => parser.part(part, boundary, false));
  if (operations.length === 0) {
    throw new PersoniumError('PR400-OD-0023');
  }
  return operations;
}

class BatchParser {
  #top = 0;

  constructor(private readonly limits: BatchLimits) {}

  part(part: string, boundary: string, isInChangeset: boolean): readonly BatchOperation[] {
    const lines = split(part, '\n');
    const headers = headersOf(lines);
    const type = headers.get('Content-Type');
    if (type === undefined) {
      throw new PersoniumError('PR400-OD-0021', 'Content-Type');
    }
    const inner = bodyOf(lines, headers.size, boundary);
    if (type === 'application/http') {
      return [this.#operation(inner, boundary, isInChangeset ? boundary : undefined)];
    }
    if (!type.startsWith('multipart/mixed')) {
      throw new PersoniumError('PR400-OD-0021', 'Content-Type');
    }
    if (isInChangeset) {
      throw new PersoniumError('PR400-OD-0022');
    }
    return this.#changeset(inner, type);
  }

  #changeset(inner: string, type: string): readonly BatchOperation[] {
    const [, boundary] = /^.+boundary=(.+)$/.exec(type) ?? [];
    if (boundary === undefined) {
      throw new PersoniumError('PR400-OD-0021', 'Content-Type');
    }
    const operations = split(inner, `--${boundary}\n`)
      .filter((part) => part !== '')
      .flatMap((part) => this.part(part, boundary, true));
    if (operations.length === 0) {
      // The server takes the first of none.
      throw new PersoniumError('PR500-SV-9999', '0');
    }
    const last = operations.length - 1;
    return operations.map((operation, index) =>
      index === 0 || index === last
        ? { ...operation, isFirst: index === 0, isLast: index === last }
        : operation,
    );
  }

  #operation(inner: string, boundary: string, changeset: string | undefined): BatchOperation {
    const lines = split(inner, '\n');
    const [line = '', ...rest] = lines;
    const headers = headersOf(rest);
    const [, verb = line, uri = line] = REQUEST_LINE.exec(line) ?? [];
    const method = methodOf(verb);
    const mark = uri.indexOf('?');
    const path = mark === -1 ? uri : uri.slice(0, mark);
    const query = mark === -1 ? '' : uri.slice(mark + 1);
    const about = addressOf(method, path, query, line);
    if (method === 'GET') {
      this.#countTop(query);
    }
    return {
      method,
      ...about,
      query: method === 'GET' ? query : '',
      ifMatch: headers.get('If-Match'),
      body: bodyOf(lines, headers.size + 1, boundary),
      changeset,
      isFirst: false,
      isLast: false,
    };
  }

  #countTop(query: string): void {
    const top = query === '' ? null : new URLSearchParams(query).get('$top');
    if (top !== null && /^\d+$/.test(top) && Number(top) <= this.limits.top) {
      this.#top += Number(top);
    }
    if (this.#top > this.limits.top) {
      throw new PersoniumError('PR400-OD-0037');
    }
  }
}

function addressOf(
  method: BatchOperation['method'],
  path: string,
  query: string,
  line: string,
): Pick<BatchOperation, 'kind' | 'set' | 'key'> {
  if (path.indexOf('/') > 0) {
    const links = LINKS.exec(path);
    const navigation = links ?? NAVIGATION.exec(path);
    if (query !== '' || navigation === null) {
      throw new PersoniumError('PR400-OD-0034', line);
    }
    const [, set = '', key] = navigation;
    return { kind: links === null ? 'navigation' : 'links', set, key };
  }
  const [found, set = '', , key] = ENTITY.exec(path) ?? [];
  const hasKey = key !== undefined;
  if (found === undefined || (method === 'POST' && hasKey) || (isChange(method) && !hasKey)) {
    throw new PersoniumError('PR400-OD-0034', line);
  }
  return { kind: 'entity', set, key };
}

function isChange(method: BatchOperation['method']): boolean {
  return method === 'PUT' || method === 'DELETE';
}

function methodOf(method: string): BatchOperation['method'] {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'DELETE':
      return method;
    default:
      throw new PersoniumError('PR400-OD-0035', method);
  }
}

function withLineFeeds(text: string): string {
  const body = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return body.endsWith('\n') ? body : `${body}\n`;
}

/** Without empty pieces at the end. */
function split(text: string, separator: string): readonly string[] {
  const pieces = text.split(separator);
  while (pieces.length > 0 && pieces.at(-1) === '') {
    pieces.pop();
  }
  return pieces;
}

/** Up to the first blank line; a value ends at its second colon, and a header without a value is none. */
function headersOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === '') {
      break;
    }
    const colon = line.indexOf(':');
    const rest = colon === -1 ? '' : line.slice(colon + 1).trimStart();
    const second = rest.indexOf(':');
    const value = second === -1 ? rest : rest.slice(0, second).trimEnd();
    if (value !== '') {
      headers.set(line.slice(0, colon).trimEnd(), value);
    }
  }
  return headers;
}

function bodyOf(lines: readonly string[], headers: number, boundary: string): string {
  const end = `--${boundary}--`;
  const from = headers + 1;
  let to = from;
  while (to < lines.length && lines[to]?.includes(end) === false) {
    to++;
  }
  return from < to ? `${lines.slice(from, to).join('\n')}\n` : '';
}
