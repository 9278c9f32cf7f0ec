import { PersoniumError } from './errors';

/** A number as it was written: `12.0` is no whole number for the server. */
export class NumberText {
  constructor(readonly text: string) {}
}

export type JsonValue = string | boolean | null | NumberText | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** An object of JSON; throws `PR400-OD-0001` for anything else. */
export function parseObject(text: string): JsonObject {
  const reader = new Reader(text);
  const value = reader.whole();
  if (!isJsonObject(value)) {
    throw new PersoniumError('PR400-OD-0001');
  }
  return value;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
  );
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN_TEXT = /"[^"\\\p{Cc}]*"/uy;
const TEXT = /"(?:[^"\\]|\\[^])*"/y;
const BLANKS = /[ \t\r\n]*/y;
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): JsonValue {
    const value = this.#value();
    this.#blanks();
    return this.#at === this.text.length ? value : this.#fail();
  }

  #value(): JsonValue {
    this.#blanks();
    switch (this.text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#wordOrNumber();
    }
  }

  #object(): JsonObject {
    const members: Record<string, JsonValue> = {};
    this.#at++;
    this.#blanks();
    if (this.#takes('}')) {
      return members;
    }
    for (;;) {
      this.#blanks();
      const name = this.text[this.#at] === '"' ? this.#string() : this.#fail();
      this.#blanks();
      if (!this.#takes(':')) {
        this.#fail();
      }
      const value = this.#value();
      if (name === '__proto__') {
        Object.defineProperty(members, name, { value, enumerable: true });
      } else {
        members[name] = value;
      }
      this.#blanks();
      if (this.#takes('}')) {
        return members;
      }
      if (!this.#takes(',')) {
        this.#fail();
      }
    }
  }

  #array(): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#at++;
    this.#blanks();
    if (this.#takes(']')) {
      return items;
    }
    for (;;) {
      items.push(this.#value());
      this.#blanks();
      if (this.#takes(']')) {
        return items;
      }
      if (!this.#takes(',')) {
        this.#fail();
      }
    }
  }

  #string(): string {
    const plain = this.#match(PLAIN_TEXT);
    if (plain !== undefined) {
      return plain.slice(1, -1);
    }
    const text = this.#match(TEXT);
    return text === undefined ? this.#fail() : unescaped(text);
  }

  #wordOrNumber(): JsonValue {
    const number = this.#match(NUMBER);
    if (number !== undefined) {
      return new NumberText(number);
    }
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#fail();
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) {
      this.#at += found.length;
    }
    return found;
  }

  #blanks(): void {
    const code = this.text.charCodeAt(this.#at);
    if (code === 32 || (code >= 9 && code <= 13)) {
      this.#match(BLANKS);
    }
  }

  #takes(character: string): boolean {
    if (this.text[this.#at] !== character) {
      return false;
    }
    this.#at++;
    return true;
  }

  #fail(): never {
    throw new PersoniumError('PR400-OD-0001');
  }
}

function unescaped(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new PersoniumError('PR400-OD-0001');
  }
}
