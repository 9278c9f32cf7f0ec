import { invalidParameter } from '../apiError';
import { TEXTS } from '../texts';
import type { FunctionCall } from './functions';

export type Operator =
  '=' | '!=' | '<' | '>' | '<=' | '>=' | 'in' | 'not in' | 'like' | 'not like' | 'is empty' | 'is not empty';

export type Literal = string | FunctionCall;

export type Condition =
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      readonly values: readonly Literal[];
    }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export interface Query {
  readonly condition: Condition | undefined;
  readonly order: readonly { readonly field: string; readonly descending: boolean }[];
  readonly limit: number | undefined;
  readonly offset: number | undefined;
}

interface Token {
  readonly kind: 'word' | 'text' | 'sign' | 'end';
  readonly value: string;
}

// Outside of literals any white space separates, the ideographic one too.
const TOKEN = /[\s\u3000]*(?:("(?:[^"\\\t\r\n]|\\["\\nt])*")|(>=|<=|!=|[=<>(),])|([^\s\u3000"=<>!(),]+))/uy;

/** Reads the query grammar of the records API. Throws `CB_VA01` naming `query`. */
export function parseQuery(text: string): Query {
  return new Parser(tokenize(text)).query();
}

class Parser {
  #next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  query(): Query {
    const condition = this.#atClause() ? undefined : this.#or();
    const order = this.#word('order') ? this.#order() : [];
    const limit = this.#word('limit') ? this.#count() : undefined;
    const offset = this.#word('offset') ? this.#count() : undefined;
    if (this.#peek().kind !== 'end') {
      throw badQuery();
    }
    return { condition, order, limit, offset };
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#word('or')) {
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Condition {
    let left = this.#term();
    while (this.#word('and')) {
      left = { kind: 'and', left, right: this.#term() };
    }
    return left;
  }

  #term(): Condition {
    if (this.#sign('(')) {
      const inner = this.#or();
      this.#expectSign(')');
      return inner;
    }
    const field = this.#take('word').value;
    const operator = this.#operator();
    if (operator === 'is empty' || operator === 'is not empty') {
      return { kind: 'compare', field, operator, values: [] };
    }
    const values = operator === 'in' || operator === 'not in' ? this.#list() : [this.#literal()];
    return { kind: 'compare', field, operator, values };
  }

  #operator(): Operator {
    const token = this.#peek();
    this.#next++;
    if (token.kind === 'sign' && /^[=<>!]/.test(token.value)) {
      return token.value as Operator;
    }
    const word = token.kind === 'word' ? token.value.toLowerCase() : '';
    switch (word) {
      case 'in':
      case 'like':
        return word;
      case 'not':
        return this.#word('in') ? 'not in' : this.#expectWord('like', 'not like');
      case 'is':
        return this.#word('not')
          ? this.#expectWord('empty', 'is not empty')
          : this.#expectWord('empty', 'is empty');
      default:
        throw badQuery();
    }
  }

  #list(): Literal[] {
    this.#expectSign('(');
    const values = [this.#literal()];
    while (this.#sign(',')) {
      values.push(this.#literal());
    }
    this.#expectSign(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#peek();
    if (token.kind === 'word' && this.#opensNext()) {
      return this.#function();
    }
    if (token.kind === 'text' || (token.kind === 'word' && /^[+-]?[\d.]/.test(token.value))) {
      this.#next++;
      return token.value;
    }
    throw badQuery();
  }

  #function(): FunctionCall {
    const name = this.#take('word').value.toUpperCase();
    this.#expectSign('(');
    const parameters: string[] = [];
    while (!this.#sign(')')) {
      if (parameters.length > 0) {
        this.#expectSign(',');
      }
      parameters.push(this.#take('word').value.toUpperCase());
    }
    return { name, parameters };
  }

  #opensNext(): boolean {
    const next = this.tokens[this.#next + 1];
    return next?.kind === 'sign' && next.value === '(';
  }

  #order(): { field: string; descending: boolean }[] {
    this.#expectWord('by', undefined);
    const order = [];
    do {
      const field = this.#take('word').value;
      const descending = this.#word('desc');
      if (!descending) {
        this.#word('asc');
      }
      order.push({ field, descending });
    } while (this.#sign(','));
    return order;
  }

  #count(): number {
    const { value } = this.#take('word');
    if (!/^\d{1,15}$/.test(value)) {
      throw badQuery();
    }
    return Number(value);
  }

  #atClause(): boolean {
    const { kind, value } = this.#peek();
    return (
      kind === 'end' || (kind === 'word' && /^(order|limit|offset)$/i.test(value) && !this.#signFollows())
    );
  }

  /** A field may have the code `limit`: it is a condition when an operator follows. */
  #signFollows(): boolean {
    return this.tokens[this.#next + 1]?.kind === 'sign';
  }

  #peek(): Token {
    return this.tokens[this.#next] ?? { kind: 'end', value: '' };
  }

  #take(kind: Token['kind']): Token {
    const token = this.#peek();
    if (token.kind !== kind) {
      throw badQuery();
    }
    this.#next++;
    return token;
  }

  #word(word: string): boolean {
    const token = this.#peek();
    const here = token.kind === 'word' && token.value.toLowerCase() === word;
    if (here) {
      this.#next++;
    }
    return here;
  }

  #expectWord<T>(word: string, meaning: T): T {
    if (!this.#word(word)) {
      throw badQuery();
    }
    return meaning;
  }

  #sign(sign: string): boolean {
    const token = this.#peek();
    const here = token.kind === 'sign' && token.value === sign;
    if (here) {
      this.#next++;
    }
    return here;
  }

  #expectSign(sign: string): void {
    if (!this.#sign(sign)) {
      throw badQuery();
    }
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.replace(/[\s\u3000]+$/u, '').length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) {
      throw badQuery();
    }
    const [, literal, sign, word = ''] = match;
    if (literal !== undefined) {
      tokens.push({ kind: 'text', value: unescape(literal.slice(1, -1)) });
    } else if (sign !== undefined) {
      tokens.push({ kind: 'sign', value: sign });
    } else {
      tokens.push({ kind: 'word', value: word });
    }
  }
  return tokens;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) =>
    character === 'n' ? '\n' : character === 't' ? '\t' : character,
  );
}

function badQuery(): Error {
  return invalidParameter('query', TEXTS.badQuery);
}
