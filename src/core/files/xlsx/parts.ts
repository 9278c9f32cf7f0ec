import { ExpectedError } from '../../message';
import { asExpected } from './archive';
import { quoted, workbookError } from './messages';
import { DoctypeError, XmlReader, type XmlHandler } from './xmlReader';

/** Where parts come from: an `Archive`, or bytes of a test cut as it likes. */
export interface PartSource {
  read(part: string, maxBytes?: number): AsyncIterable<Uint8Array>;
}

/** Reads a whole part into its handler. Throws `ExpectedError`. */
export async function readPart(
  source: PartSource,
  part: string,
  handler: XmlHandler,
  maxBytes?: number,
): Promise<void> {
  const parsing = parsePart(source, part, handler, maxBytes);
  while ((await parsing.next()).done !== true);
}

/** Reads a part into its handler and yields it after each chunk, so that what it found can be handed on. */
export async function* parsePart<Handler extends XmlHandler>(
  source: PartSource,
  part: string,
  handler: Handler,
  maxBytes?: number,
  signal?: AbortSignal,
): AsyncGenerator<Handler> {
  const reader = new XmlReader(handler);
  try {
    for await (const bytes of source.read(part, maxBytes)) {
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
