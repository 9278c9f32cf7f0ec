/** A decimal without zeros that say nothing: the form in which numbers are compared. Any other text as it is. */
export function plainNumber(text: string): string {
  const match = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  if (match === null || !/\d/.test(text)) {
    return text;
  }
  const [, sign = '', whole = '', fraction = ''] = match;
  const plain = `${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
  return plain === '0' ? '0' : `${sign}${plain}`;
}
