import { ExpectedError } from '../../message';
import { asExpected, type Archive } from './archive';
import { quoted, workbookError } from './messages';
import { DoctypeError, XmlReader, type XmlHandler } from './xmlReader';

/** Reads a whole part into its handler. Throws `ExpectedError`. */
export async function readPart(
  archive: Archive,
  part: string,
  handler: XmlHandler,
  maxBytes?: number,
): Promise<void> {
  const parsing = parsePart(archive, part, handler, maxBytes);
  while ((await parsing.next()).done !== true);
}

/** Reads a part into its handler and yields it after each chunk, so that what it found can be handed on. */
export async function* parsePart<Handler extends XmlHandler>(
  archive: Archive,
  part: string,
  handler: Handler,
  maxBytes?: number,
  signal?: AbortSignal,
): AsyncGenerator<Handler> {
  const reader = new XmlReader(handler);
  try {
    for await (const bytes of archive.read(part, maxBytes)) {
      signal?.throwIfAborted();
      reader.write(bytes);
      yield handler;
    }
    reader.end();
    yield handler;
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    if (error instanceof DoctypeError) throw workbookError('workbook.doctype', { part: quoted(part) });
    throw signal?.aborted ? error : asExpected(error, part);
  }
}
