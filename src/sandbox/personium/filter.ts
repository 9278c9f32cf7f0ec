import type { Stored } from './collection';
import { PersoniumError } from './errors';

/** The columns of a set, and how to read them in a row. */
export interface Columns<Row> {
  /** Undefined for a name that the set does not have. */
  typeOf(name: string): string | undefined;
  /** Whether a column holds several values. */
  isList(name: string): boolean;
  read(row: Row, name: string): Stored | undefined;
  /** Characters of a text that are compared. */
  readonly comparedCharacters: number;
}

export interface Filter<Row> {
  readonly matches: (row: Row) => boolean;
  /** The values of the key that alone can match, where that can be told. */
  readonly keys?: readonly string[];
  /** One comparison of the key with a value, and nothing else. */
  readonly isKeyAlone?: boolean;
}

type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'moment'; readonly value: number }
  | { readonly kind: 'null'; readonly value: null };

const TOKEN =
  /\s*(?:(?<moment>datetime(?:offset)?)'(?<time>[^']*)'|'(?<text>(?:[^']|'')*)'|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[dDfFlLmM]?)(?![\w-])|(?<word>[A-Za-z0-9_][\w-]*(?:\/[\w-]+)*)|(?<sign>[(),]))/y;

type Token =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'word' | 'sign'; readonly text: string };

const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const ARITHMETIC: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'mod', 'not']);

/** Reads `$filter`; throws the refusal that the server gives. `key`: the column by which rows are found quickly. */
export function parseFilter<Row>(text: string, columns: Columns<Row>, key: string): Filter<Row> {
  return new Parser(tokens(text), columns, key).whole();
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < trimmed.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(trimmed);
    const { groups } = match ?? {};
    if (match === null || groups === undefined) {
      return syntax();
    }
    found.push(token(groups));
    at = TOKEN.lastIndex;
  }
  return found;
}

function token(groups: Readonly<Record<string, string | undefined>>): Token {
  const { moment, time = '', text, number, word, sign } = groups;
  if (moment !== undefined) {
    const value = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(time) ? time : `${time}Z`);
    if (Number.isNaN(value)) {
      throw new PersoniumError('PR400-OD-0048', time);
    }
    return { kind: 'literal', literal: { kind: 'moment', value } };
  }
  if (text !== undefined) {
    return { kind: 'literal', literal: { kind: 'text', value: text.replaceAll("''", "'") } };
  }
  if (number !== undefined) {
    return { kind: 'literal', literal: { kind: 'number', value: Number(number.replace(/[dDfFlLmM]$/, '')) } };
  }
  if (word === 'true' || word === 'false') {
    return { kind: 'literal', literal: { kind: 'boolean', value: word === 'true' } };
  }
  if (word === 'null') {
    return { kind: 'literal', literal: { kind: 'null', value: null } };
  }
  return word === undefined ? { kind: 'sign', text: sign ?? '' } : { kind: 'word', text: word };
}

class Parser<Row> {
  #at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly columns: Columns<Row>,
    private readonly key: string,
  ) {}

  whole(): Filter<Row> {
    const filter = this.#or();
    return this.#at === this.tokens.length ? filter : syntax();
  }

  #or(): Filter<Row> {
    const parts = [this.#and()];
    while (this.#takes('or')) {
      parts.push(this.#and());
    }
    const [first] = parts;
    if (first !== undefined && parts.length === 1) {
      return first;
    }
    const keys: Pick<Filter<Row>, 'keys'> = parts.every((part) => part.keys !== undefined)
      ? { keys: parts.flatMap((part) => part.keys ?? []) }
      : {};
    if (parts.every((part) => part.isKeyAlone === true)) {
      // As many as a request holds: looked up, not compared one by one.
      const known = new Set<unknown>(keys.keys);
      return { matches: (row) => known.has(this.columns.read(row, this.key)), ...keys };
    }
    return { matches: (row) => parts.some((part) => part.matches(row)), ...keys };
  }

  #and(): Filter<Row> {
    const parts = [this.#term()];
    while (this.#takes('and')) {
      parts.push(this.#term());
    }
    const [first] = parts;
    if (first !== undefined && parts.length === 1) {
      return first;
    }
    const keys = parts.find((part) => part.keys !== undefined)?.keys;
    return {
      matches: (row) => parts.every((part) => part.matches(row)),
      ...(keys === undefined ? {} : { keys }),
    };
  }

  #term(): Filter<Row> {
    if (this.#takes('(')) {
      const inner = this.#or();
      return this.#takes(')') ? inner : syntax();
    }
    const name = this.#word();
    if (ARITHMETIC.has(name)) {
      throw new PersoniumError('PR400-OD-0043');
    }
    return this.#peek() === '(' ? this.#function(name) : this.#comparison(name);
  }

  #function(name: string): Filter<Row> {
    if (name !== 'startswith' && name !== 'substringof') {
      throw new PersoniumError('PR400-OD-0044');
    }
    this.#takes('(');
    const isStart = name === 'startswith';
    const before = isStart ? undefined : this.#literal();
    if (!isStart && !this.#takes(',')) {
      return syntax();
    }
    const column = this.#word();
    if (isStart && !this.#takes(',')) {
      return syntax();
    }
    const literal = before ?? this.#literal();
    if (!this.#takes(')')) {
      return syntax();
    }
    const type = this.#typeOf(column);
    if (literal.kind !== 'text' || type !== 'Edm.String') {
      throw new PersoniumError('PR400-OD-0046', column);
    }
    const { value } = literal;
    return this.#each(column, (cell) =>
      typeof cell === 'string' && isStart
        ? cell.startsWith(value)
        : typeof cell === 'string' && cell.includes(value),
    );
  }

  #comparison(column: string): Filter<Row> {
    const operator = this.#word();
    if (ARITHMETIC.has(operator)) {
      throw new PersoniumError('PR400-OD-0043');
    }
    if (!COMPARISONS.has(operator)) {
      return syntax();
    }
    const literal = this.#literal();
    this.#check(column, operator, literal);
    const { value } = literal;
    const { comparedCharacters: most } = this.columns;
    const isLong = (cell: Stored | undefined) => typeof cell === 'string' && cell.length > most;
    if (operator === 'ne') {
      return this.#each(column, (cell) => !isEqual(cell, value));
    }
    if (operator !== 'eq') {
      return this.#each(column, (cell) => !isLong(cell) && compares(cell, value, operator));
    }
    const equals = this.#each(column, (cell) => !isLong(cell) && isEqual(cell, value));
    return column === this.key && typeof value === 'string'
      ? { ...equals, keys: [value], isKeyAlone: true }
      : equals;
  }

  #each(column: string, test: (cell: Stored | undefined) => boolean): Filter<Row> {
    const { columns } = this;
    if (columns.isList(column)) {
      return {
        matches: (row) => {
          const cell = columns.read(row, column);
          return Array.isArray(cell) ? (cell as readonly Stored[]).some(test) : test(cell);
        },
      };
    }
    return { matches: (row) => test(columns.read(row, column)) };
  }

  #check(column: string, operator: string, { kind }: Literal): void {
    const type = this.#typeOf(column);
    if (kind === 'null') {
      if (operator !== 'eq' && operator !== 'ne') {
        throw new PersoniumError('PR400-OD-0047', column);
      }
      return;
    }
    if (!(LITERALS[type] ?? []).includes(kind)) {
      throw new PersoniumError('PR400-OD-0046', column);
    }
    if (kind === 'boolean' && operator !== 'eq' && operator !== 'ne') {
      throw new PersoniumError('PR400-OD-0047', column);
    }
  }

  #typeOf(column: string): string {
    const type = this.columns.typeOf(column);
    if (type === undefined) {
      throw new PersoniumError('PR400-OD-0045', column);
    }
    return type;
  }

  #peek(): string | undefined {
    const next = this.tokens[this.#at];
    return next?.kind === 'sign' ? next.text : undefined;
  }

  #word(): string {
    const next = this.tokens[this.#at++];
    return next?.kind === 'word' ? next.text : syntax();
  }

  #literal(): Literal {
    const next = this.tokens[this.#at++];
    return next?.kind === 'literal' ? next.literal : syntax();
  }

  #takes(text: string): boolean {
    const next = this.tokens[this.#at];
    if (next === undefined || next.kind === 'literal' || next.text !== text) {
      return false;
    }
    this.#at++;
    return true;
  }
}

const LITERALS: Readonly<Record<string, readonly Literal['kind'][]>> = {
  'Edm.String': ['text'],
  'Edm.Int32': ['number'],
  'Edm.Single': ['number'],
  'Edm.Double': ['number'],
  'Edm.Boolean': ['boolean'],
  'Edm.DateTime': ['moment', 'number'],
};

function isEqual(cell: Stored | undefined, value: Literal['value']): boolean {
  return (cell ?? null) === value;
}

function compares(cell: Stored | undefined, value: Literal['value'], operator: string): boolean {
  if (cell === undefined || cell === null || value === null || typeof cell !== typeof value) {
    return false;
  }
  switch (operator) {
    case 'gt':
      return cell > value;
    case 'ge':
      return cell >= value;
    case 'lt':
      return cell < value;
    default:
      return cell <= value;
  }
}

function syntax(): never {
  throw new PersoniumError('PR400-OD-0003');
}
