import type { TargetField } from '../../../src/core/mapping/schema';

/** One value in the forms in which it is met. */
export interface Sample {
  /** As a request of the API brings it; `null` for an empty file list is never used: files are named, not sent. */
  readonly wire: unknown;
  /** As the sandbox keeps it and tells tests. */
  readonly plain: unknown;
  /** As a file has it: lists a line each. */
  readonly cell: string;
}

/** Numbers that are the same at every start with the same seed. */
export class Random {
  #state: number;
  #serial = 0;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  chance(ofHundred: number): boolean {
    return this.below(100) < ofHundred;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from');
    return item;
  }

  some<T>(items: readonly T[]): T[] {
    return items.filter(() => this.chance(40));
  }

  /** Another one each time. */
  serial(): number {
    return ++this.#serial;
  }
}

/** What the app looked up holds. */
export const CUSTOMERS = ['C-1', 'c-2', 'C 3', 'Ｃ４'] as const;

const PIECES = [
  'a',
  ' ',
  '\u3000',
  '"',
  ',',
  ';',
  '|',
  '\t',
  "'",
  '\\',
  '*',
  '=1+1',
  '[b]',
  '{}',
  '😀',
  'が',
  'か\u3099',
  '①',
  '𠮷',
  'ﾊﾟ',
  '~〜',
  '\u00a0',
  '0',
  '1e5',
  '<b>',
  '&amp;',
  'null',
  '__proto__',
  '\ufeff',
];
/** No query holds a control character: nothing can be looked for by one. */
const KEY_PIECES = PIECES.filter((piece) => piece !== '\t');
const LINES = [...PIECES, '\n', '\n\n', '\r\n', '\r'];

const WHOLE_NUMBERS: readonly (readonly [written: string, kept: string])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['+7', '7'],
  ['007', '7'],
  [' 12 ', '12'],
  ['9e1', '90'],
  ['1.5E+1', '15'],
  ['2.50', '2.50'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['25e-1', '2.5'],
  ['9.0001', '9.0001'],
];
const WIDE_NUMBERS: readonly (readonly [written: string, kept: string])[] = [
  ...WHOLE_NUMBERS,
  ['-1234.5', '-1234.5'],
  ['999999999999.9999', '999999999999.9999'],
  ['-999999999999', '-999999999999'],
  ['123456789012', '123456789012'],
];

/** A value of one field, empty ones among them where they are allowed. */
export function sampleOf(random: Random, field: TargetField, files: readonly string[]): Sample {
  if (field.lookup !== undefined) return lookupSample(random, field);
  // A radio button can't be emptied by a file.
  const radio = field.nativeType === 'RADIO_BUTTON';
  const mayBeEmpty = !field.required && !radio && (field.minLength ?? 0) === 0;
  if (mayBeEmpty && random.chance(25)) return emptySample(field);
  switch (field.kind) {
    case 'text':
      return same(
        field.unique ? `${text(random, KEY_PIECES, 40)}${random.serial()}` : limited(random, field),
      );
    case 'multilineText':
    case 'richText':
      return same(text(random, LINES, 60));
    case 'link':
      return same(link(random, field));
    case 'number': {
      if (field.unique) return same(String(random.serial() * 3 - 1000));
      const narrow = field.minValue !== undefined || field.maxValue !== undefined;
      const [written, kept] = random.pick(narrow ? WHOLE_NUMBERS : WIDE_NUMBERS);
      return { wire: written, plain: kept, cell: written };
    }
    case 'choice':
      return same(random.pick(field.options ?? []));
    case 'choices': {
      const chosen = random.some(field.options ?? []);
      const list = field.required && chosen.length === 0 ? [random.pick(field.options ?? [])] : chosen;
      return { wire: list, plain: list, cell: list.join('\n') };
    }
    case 'date':
      return same(field.unique ? dayText(random.serial() + 500) : dayText(random.below(3_287_000)));
    case 'time':
      return same(clock(random));
    case 'datetime':
      return same(
        `${dayText(field.unique ? random.serial() + 300_000 : random.below(3_287_000))}T${clock(random)}:00Z`,
      );
    case 'users':
      return codes(random, ['admin', 'sato', 'suzuki', 'tanaka', 'ito']);
    case 'organizations':
      return codes(random, ['sales', 'support', 'dev']);
    case 'groups':
      return codes(random, ['everyone', 'partners', 'managers']);
    case 'files': {
      const names = random.some(files);
      return { wire: names, plain: names, cell: names.join('\n') };
    }
    case 'user':
    case 'table':
    case 'boolean':
    case 'list':
    case 'object':
    case 'recordNumber':
    case 'readOnly':
      throw new Error(`No value for ${field.kind}`);
  }
}

function emptySample(field: TargetField): Sample {
  switch (field.kind) {
    case 'choices':
    case 'users':
    case 'organizations':
    case 'groups':
    case 'files':
      return { wire: [], plain: [], cell: '' };
    case 'choice':
    case 'date':
    case 'time':
    case 'datetime':
      return { wire: '', plain: null, cell: '' };
    default:
      return same('');
  }
}

function same(value: string): Sample {
  return { wire: value, plain: value, cell: value };
}

function codes(random: Random, of: readonly string[]): Sample {
  const chosen = random.some(of);
  return { wire: chosen.map((code) => ({ code })), plain: chosen, cell: chosen.join('\n') };
}

function lookupSample(random: Random, field: TargetField): Sample {
  if (field.code === 'company' || random.chance(30)) return same('');
  return same(field.kind === 'number' ? String(random.below(CUSTOMERS.length) + 1) : random.pick(CUSTOMERS));
}

function text(random: Random, pieces: readonly string[], longest: number): string {
  let made = '';
  for (let count = random.below(6) + 1; count > 0; count--) {
    const piece = random.pick(pieces);
    if ((made + piece).length <= longest) made += piece;
  }
  return made;
}

function limited(random: Random, { minLength = 0, maxLength = 40 }: TargetField): string {
  return text(random, PIECES, maxLength).padEnd(minLength, 'x');
}

function link(random: Random, { linkProtocol, unique }: TargetField): string {
  const number = unique ? random.serial() : random.below(1000);
  switch (linkProtocol) {
    case 'MAIL':
      return `a+${number}@例え.jp`;
    case 'CALL':
      return `+81 (3) 0000-${number}`;
    default:
      return `https://example.com/${number}?q="a",b#É`;
  }
}

const FIRST_DAY = Date.UTC(1000, 0, 1);

/** Days since the first that there is. */
function dayText(day: number): string {
  return new Date(FIRST_DAY + day * 86_400_000).toISOString().slice(0, 10);
}

function clock(random: Random): string {
  return `${String(random.below(24)).padStart(2, '0')}:${String(random.below(60)).padStart(2, '0')}`;
}
