/** A file in a form. */
export interface FormFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const HEADERS_END = Buffer.from('\r\n\r\n');

/**
 * The file that a form (RFC 7578) carries under a name; undefined when there is none, or when this is no whole form.
 * The bytes are a part of the body, not a copy.
 */
export function fileInForm(contentType: string, body: Buffer, field: string): FormFile | undefined {
  for (const part of partsOf(contentType, body)) {
    const end = part.indexOf(HEADERS_END);
    const headers = part.subarray(0, Math.max(end, 0)).toString('utf8');
    const disposition = headerOf(headers, 'content-disposition');
    const name = parameterOf(disposition, 'filename');
    if (end >= 0 && name !== undefined && parameterOf(disposition, 'name') === field) {
      const type = headerOf(headers, 'content-type');
      const bytes = part.subarray(end + HEADERS_END.length);
      return { name, contentType: type === '' ? 'application/octet-stream' : type, bytes };
    }
  }
  return undefined;
}

/** What lies between the boundaries, each with its headers. */
function* partsOf(contentType: string, body: Buffer): Generator<Buffer> {
  const boundary = /^multipart\/form-data\b/i.test(contentType)
    ? parameterOf(contentType, 'boundary')
    : undefined;
  if (boundary === undefined || boundary === '') {
    return;
  }
  const opening = Buffer.from(`--${boundary}\r\n`);
  const closing = Buffer.from(`\r\n--${boundary}`);
  let start = body.indexOf(opening);
  while (start >= 0) {
    const from = start + opening.length;
    const end = body.indexOf(closing, from);
    if (end < 0) {
      return;
    }
    yield body.subarray(from, end);
    const next = end + 2;
    start = body.subarray(next, next + opening.length).equals(opening) ? next : -1;
  }
}

function headerOf(headers: string, name: string): string {
  const line = headers.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line === undefined ? '' : line.slice(name.length + 1).trim();
}

/** Value of a parameter, in its extended form (`name*=UTF-8''…`) if there is one. */
function parameterOf(header: string, name: string): string | undefined {
  const [, extended] = new RegExp(`;\\s*${name}\\*=UTF-8''([^;\\s]+)`, 'i').exec(header) ?? [];
  if (extended !== undefined) {
    return decoded(extended);
  }
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i');
  const [, quoted, bare] = pattern.exec(header) ?? [];
  // Browsers write quotation marks and line ends as `%22`, `%0D` and `%0A`, and leave everything else.
  return quoted === undefined
    ? bare
    : quoted.replace(/\\(["\\])/g, '$1').replace(/%(22|0D|0A)/gi, (mark) => decodeURIComponent(mark));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
