import type { HttpResponse } from '../transport';

/** Answer to one operation of a `$batch`. */
export interface PartReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when there is none. */
  readonly body: string;
}

/**
 * The answers of a `$batch` in the order of its operations, which alone pairs them. Null for anything but a whole
 * answer of this form: cut off, without its end, of another type. Lines may end with LF or CRLF.
 */
export function readBatchReply({ headers, body }: HttpResponse): readonly PartReply[] | null {
  const boundary = boundaryOf(headers['content-type']);
  if (boundary === null) {
    return null;
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
  return new ReplyReader(text).parts(boundary);
}

/** `multipart/mixed; boundary=x`, quoted or not. */
function boundaryOf(contentType: string | undefined): string | null {
  const match = /^\s*multipart\/mixed\s*;(?:.*;)?\s*boundary=(?:"([^"]+)"|([^\s;"]+))\s*(?:;.*)?$/i.exec(
    contentType ?? '',
  );
  return match?.[1] ?? match?.[2] ?? null;
}

/** Something that no answer of this form has. */
class Malformed extends Error {}

class ReplyReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parts(boundary: string): PartReply[] | null {
    const parts: PartReply[] = [];
    try {
      this.#expect(`--${boundary}`);
      while (!this.#part(boundary, parts));
      while (this.#at < this.#text.length) this.#expect('');
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
    return parts;
  }

  /** One part of the whole: a change set or a single answer. Tells whether it was the last one. */
  #part(boundary: string, parts: PartReply[]): boolean {
    const type = this.#headers()['content-type'];
    const changeSet = boundaryOf(type);
    if (changeSet === null) {
      return this.#reply(type, boundary, parts);
    }
    this.#expect(`--${changeSet}`);
    while (!this.#reply(this.#headers()['content-type'], changeSet, parts));
    let line = this.#line();
    while (line === '') line = this.#line();
    if (line !== `--${boundary}` && line !== `--${boundary}--`) throw new Malformed();
    return line === `--${boundary}--`;
  }

  /** One answer, up to the boundary after it. Tells whether that was the last one. */
  #reply(type: string | undefined, boundary: string, parts: PartReply[]): boolean {
    if (type?.trim().toLowerCase() !== 'application/http') throw new Malformed();
    // Errors have no reason phrase, but the blank before it.
    const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/.exec(this.#line())?.[1];
    if (status === undefined) throw new Malformed();
    const headers = this.#headers();
    const lines: string[] = [];
    let line = this.#line();
    while (line !== `--${boundary}` && line !== `--${boundary}--`) {
      lines.push(line);
      line = this.#line();
    }
    parts.push({ status: Number(status), headers, body: lines.join('\n').trim() });
    return line.endsWith('--') && line !== `--${boundary}`;
  }

  /** Header lines up to the blank one. */
  #headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    for (let line = this.#line(); line !== ''; line = this.#line()) {
      const colon = line.indexOf(':');
      if (colon <= 0) throw new Malformed();
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    }
    return headers;
  }

  #expect(wanted: string): void {
    if (this.#line() !== wanted) throw new Malformed();
  }

  #line(): string {
    if (this.#at >= this.#text.length) throw new Malformed();
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
