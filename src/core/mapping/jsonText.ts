/** What a text of JSON holds, or the line near which it stops being JSON. */
export type ParsedJson =
  | { readonly value: unknown }
  /** 1-based line; whether it has what only dialects of JSON take. */
  | { readonly line: number; readonly commentOrComma: boolean };

/** Reads hand-written JSON, so that a fault can be named by its line. */
export function parseJson(text: string): ParsedJson {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const extra = withoutTexts(text).search(/\/\/|\/\*|,\s*[\]}]/);
    if (extra >= 0) return { line: lineAt(text, extra), commentOrComma: true };
    // Some messages of the parser tell the position, others only what it met.
    const told = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const index = told === undefined ? firstOddity(text) : Number(told);
    return { line: lineAt(text, index), commentOrComma: false };
  }
}

/** The same length of text without what stands in quotes, so that signs in it count for nothing. */
function withoutTexts(text: string): string {
  return text.replace(/"(?:[^"\\\r\n]|\\.)*"/g, (quoted) => '_'.repeat(quoted.length));
}

/** Index of the first thing that is no part of any JSON. */
function firstOddity(text: string): number {
  const token = /\s+|[[\]{}:,]|"(?:[^"\\\p{Cc}]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/uy;
  let index = 0;
  while (index < text.length) {
    token.lastIndex = index;
    if (token.exec(text) === null) return index;
    index = token.lastIndex;
  }
  return index;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split(/\r\n|\r|\n/).length;
}
