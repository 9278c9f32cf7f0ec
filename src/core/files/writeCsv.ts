import type { Delimiter } from './row';

/**
 * A cell as CSV text, quoted only where it must be, or always with `always`. A record whose only cell is empty must
 * be written with `always`: it would be a blank line otherwise.
 */
export function quoteCell(text: string, delimiter: Delimiter, always = false): string {
  if (!always && !text.includes(delimiter) && !/["\r\n]/.test(text)) return text;
  return `"${text.replaceAll('"', '""')}"`;
}
