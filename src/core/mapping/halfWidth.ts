/** Full-width forms outside of the block that repeats ASCII, by their half-width form. */
const OTHERS: Readonly<Record<string, string>> = {
  '\u3000': ' ',
  '\u00a0': ' ',
  '\uffe5': '¥',
  '\uffe1': '£',
  '\u2212': '-',
};
const FULL_WIDTH = /[\uff01-\uff5e\u3000\u00a0\uffe5\uffe1\u2212]/;
const EACH = new RegExp(FULL_WIDTH, 'g');

/**
 * Full-width digits, letters and signs as half-width ones. Less than a compatibility normalisation on purpose: that
 * makes 52 of 5².
 */
export function halfWidth(text: string): string {
  return FULL_WIDTH.test(text)
    ? text.replace(EACH, (one) => OTHERS[one] ?? String.fromCharCode(one.charCodeAt(0) - 0xfee0))
    : text;
}
