import type { NumberKind } from './serialDate';

/** A number format as far as it decides what a number is: a date, a time, a duration, or just a number. */
export interface NumberFormat {
  kindOf(value: number): NumberKind;
}

/**
 * Built-in formats by id (ECMA-376 part 1, 18.8.30). The ids 27–36 and 50–58 depend on the language of the
 * Excel that wrote the file and have no format code in it; they are read as Japanese Excel means them
 * (`[$-411]ge.m.d`, `yyyy"年"m"月"d"日"`, `h"時"mm"分"` …).
 */
const BUILT_IN = new Map<number, NumberKind>([
  ...ids(14, 17, 'date'),
  ...ids(18, 21, 'time'),
  [22, 'dateTime'],
  ...ids(27, 31, 'date'),
  ...ids(32, 33, 'time'),
  ...ids(34, 36, 'date'),
  [45, 'time'],
  [46, 'duration'],
  [47, 'time'],
  ...ids(50, 58, 'date'),
]);

const NUMBER: NumberFormat = { kindOf: () => 'number' };

/** The format of a built-in id; a plain number for all ids that are no date or time. */
export function builtInFormat(id: number): NumberFormat {
  return uniform(BUILT_IN.get(id) ?? 'number');
}

/** Reads a format code such as `yyyy"年"m"月"d"日"` or `0.00;[Red]-0.00`. */
export function parseNumberFormat(code: string): NumberFormat {
  const sections = splitSections(code).map(readSection);
  const kinds = new Set(sections.slice(0, 3).map((section) => section.kind));
  const [only] = kinds;
  if (kinds.size === 1 && only !== undefined) return uniform(only);
  return { kindOf: (value) => sectionFor(sections, value)?.kind ?? 'number' };
}

function uniform(kind: NumberKind): NumberFormat {
  return kind === 'number' ? NUMBER : { kindOf: () => kind };
}

function ids(from: number, to: number, kind: NumberKind): [number, NumberKind][] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, kind]);
}

interface Section {
  readonly kind: NumberKind;
  readonly holds: ((value: number) => boolean) | null;
}

/** Explicit conditions first; else positive (and zero), negative, zero by position, as Excel chooses. */
function sectionFor(sections: readonly Section[], value: number): Section | undefined {
  if (sections.some((section) => section.holds)) {
    return sections.find((section) => section.holds?.(value)) ?? sections.find((section) => !section.holds);
  }
  if (sections.length === 1) return sections[0];
  if (value < 0) return sections[1];
  return value === 0 && sections.length > 2 ? sections[2] : sections[0];
}

function splitSections(code: string): string[] {
  const sections: string[] = [];
  let start = 0;
  for (let at = 0; at < code.length; at = skip(code, at)) {
    if (code[at] !== ';') continue;
    sections.push(code.slice(start, at));
    start = at + 1;
  }
  sections.push(code.slice(start));
  return sections;
}

/** The next position that is not inside quotes, brackets, or after an escaping character. */
function skip(code: string, at: number): number {
  switch (code[at]) {
    case '"':
      return after(code, '"', at);
    case '[':
      return after(code, ']', at);
    case '\\':
    case '_':
    case '*':
      return at + 2;
    default:
      return at + 1;
  }
}

function after(code: string, end: string, at: number): number {
  const found = code.indexOf(end, at + 1);
  return found === -1 ? code.length : found + 1;
}

type Token = 'date' | 'hour' | 'minuteOrMonth' | 'second' | 'halfDay' | 'elapsed';

const CONDITION = /^(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)$/;
const ELAPSED = /^(?:h+|m+|s+)$/i;
/** Words which hold date letters and are none: General, its Japanese name, 1.5E+3. */
const NO_DATE = /^(?:general|g\/標準|e[+-])/i;
const HALF_DAY = /^(?:am\/pm|a\/p|上午\/下午|午前\/午後)/i;

function readSection(section: string): Section {
  const tokens: Token[] = [];
  let holds: Section['holds'] = null;
  for (let at = 0; at < section.length;) {
    const rest = section.slice(at);
    if (rest.startsWith('[')) {
      const end = skip(section, at);
      const inner = section.slice(at + 1, end - 1);
      const condition = CONDITION.exec(inner);
      if (condition) holds = comparison(condition[1] ?? '', Number(condition[2]));
      else if (ELAPSED.test(inner)) tokens.push('elapsed');
      at = end;
      continue;
    }
    const word = NO_DATE.exec(rest)?.[0];
    if (word !== undefined) {
      at += word.length;
      continue;
    }
    const halfDay = HALF_DAY.exec(rest)?.[0];
    if (halfDay !== undefined) {
      tokens.push('halfDay');
      at += halfDay.length;
      continue;
    }
    const run = /^([a-z])\1*/i.exec(rest)?.[0];
    const token = run === undefined ? null : tokenOf(run.toLowerCase());
    if (token) tokens.push(token);
    at = run === undefined ? skip(section, at) : at + run.length;
  }
  return { kind: kindOfTokens(tokens), holds };
}

function tokenOf(run: string): Token | null {
  switch (run[0]) {
    case 'y': // year
    case 'e': // year of the era
    case 'g': // era
    case 'd': // day
    case 'b': // Buddhist year
      return 'date';
    case 'a': // day of the week in Japanese: aaa, aaaa
      return run.length >= 3 ? 'date' : null;
    case 'h':
      return 'hour';
    case 'm':
      return 'minuteOrMonth';
    case 's':
      return 'second';
    default:
      return null;
  }
}

function kindOfTokens(tokens: readonly Token[]): NumberKind {
  let date = false;
  let time = false;
  for (const [index, token] of tokens.entries()) {
    if (token === 'date') date = true;
    // An m is minutes right after hours or right before seconds, months anywhere else.
    else if (token !== 'minuteOrMonth') time = true;
    else if (isClock(tokens[index - 1]) || tokens[index + 1] === 'second') time = true;
    else date = true;
  }
  if (date) return time ? 'dateTime' : 'date';
  if (tokens.includes('elapsed')) return 'duration';
  return time ? 'time' : 'number';
}

function isClock(token: Token | undefined): boolean {
  return token === 'hour' || token === 'elapsed';
}

function comparison(operator: string, bound: number): (value: number) => boolean {
  switch (operator) {
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    case '<>':
      return (value) => value !== bound;
    default:
      return (value) => value === bound;
  }
}
