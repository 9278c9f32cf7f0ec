/** An answer as Atom, which clients get that do not ask for JSON. Only what tells one from the other is kept. */
export function atomFeed(setUrl: string, entries: readonly Readonly<Record<string, unknown>>[]): string {
  const inner = entries.map((entry) => entryXml(entry)).join('');
  return `${HEAD}<feed ${NAMESPACES}><id>${xml(setUrl)}</id>${inner}</feed>`;
}

export function atomEntry(entry: Readonly<Record<string, unknown>>): string {
  return `${HEAD}${entryXml(entry, ` ${NAMESPACES}`)}`;
}

const HEAD = '<?xml version="1.0" encoding="utf-8"?>';
const NAMESPACES =
  'xmlns="http://www.w3.org/2005/Atom" xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata" ' +
  'xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"';

function entryXml({ __metadata, ...values }: Readonly<Record<string, unknown>>, attributes = ''): string {
  const { uri } = __metadata as { readonly uri: string };
  const properties = Object.entries(values).map(([name, value]) =>
    value === null ? `<d:${name} m:null="true"/>` : `<d:${name}>${xml(textOf(value))}</d:${name}>`,
  );
  const content = `<content type="application/xml"><m:properties>${properties.join('')}</m:properties></content>`;
  return `<entry${attributes}><id>${xml(uri)}</id>${content}</entry>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text inside XML. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, (sign) => ('\t\n\r'.includes(sign) ? sign : ''));
}
