import { TextDecoder } from 'node:util';
import { SaxesParser } from 'saxes';
import { LIMITS } from './limits';

export type XmlAttributes = Readonly<Record<string, string | undefined>>;

/** Takes the events of one XML part. Names come without their namespace prefix. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes): void;
  close(name: string): void;
  /** Character data in pieces; called only while `wantsText`. */
  text(text: string): void;
  readonly wantsText: boolean;
  /** Set when the rest of the part is of no interest. */
  readonly done?: boolean;
}

/** A document type declaration was met: the way in for entity bombs, and nothing a workbook may have. */
export class DoctypeError extends Error {}

/** Longest run without a tag: a cell's text, with room for its entities. */
const MAX_SILENCE = 8 * LIMITS.cellUnits;

/** Deepest nesting of elements; real parts stay below 20. */
const MAX_DEPTH = 256;

/** Decodes and parses one XML part as it streams in. Throws on anything that is not well-formed. */
export class XmlReader {
  readonly #handler: XmlHandler;
  readonly #parser: SaxesParser<{ xmlns: false; position: false }>;
  #decoder: TextDecoder | undefined;
  #silence = 0;
  #depth = 0;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
    // Prefixes are cut off by us: resolving namespaces costs a third of the time and gains nothing here.
    const parser = new SaxesParser({ xmlns: false, position: false });
    parser.on('opentag', (tag) => {
      this.#silence = 0;
      if (++this.#depth > MAX_DEPTH) throw new Error('elements nested too deep');
      handler.open(localName(tag.name), tag.attributes);
    });
    parser.on('closetag', (tag) => {
      this.#silence = 0;
      this.#depth--;
      handler.close(localName(tag.name));
    });
    const text = (piece: string) => {
      if (handler.wantsText) handler.text(piece);
    };
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('doctype', () => {
      throw new DoctypeError('document type declaration');
    });
    parser.on('error', (error) => {
      throw error;
    });
    this.#parser = parser;
  }

  write(bytes: Uint8Array): void {
    if (this.#handler.done) return;
    this.#decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#silence += text.length;
    this.#parser.write(text);
    if (this.#silence > MAX_SILENCE) throw new Error('text without end');
  }

  end(): void {
    if (this.#handler.done) return;
    this.#decoder?.decode();
    this.#parser.close();
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

/** Parts are UTF-8 or, with a byte order mark, UTF-16 (ECMA-376 part 2, 6.2.5). */
function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}
