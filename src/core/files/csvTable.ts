import { ExpectedError } from '../message';
import { byteForm, CHUNK_BYTES, readChunks } from './csvBytes';
import { PositionParser } from './csvParser';
import { byteOrderMark, encodingLabel } from './encodings';
import type { CsvInfo, Delimiter, Encoding, Row, Table } from './row';

export interface CsvSource {
  readonly path: string;
  readonly encoding: Encoding;
  readonly bom: boolean;
  readonly delimiter: Delimiter;
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
}

/**
 * A text file as a table. The header is the first record that is no blank line; every pass streams the file anew.
 * Throws `ExpectedError` when there is no header or it cannot be read.
 */
export async function openCsv(source: CsvSource): Promise<Table> {
  const { header, lineEnd } = await readHeader(source);
  const info: CsvInfo = {
    format: 'csv',
    encoding: source.encoding,
    bom: source.bom,
    delimiter: source.delimiter,
    lineEnd,
    header: header.cells,
    headerPlace: { line: header.line, byteOffset: header.byteOffset, byteLength: header.byteLength },
  };
  return {
    info,
    rows: async function* (signal) {
      for await (const { batches } of read(source, info.header.length, signal)) yield* batches;
    },
  };
}

async function readHeader(source: CsvSource): Promise<{ header: Row; lineEnd: CsvInfo['lineEnd'] }> {
  for await (const { batches, parser } of read(source)) {
    const header = batches[0]?.[0];
    if (header === undefined) continue;
    checkHeader(header, source.encoding);
    return { header, lineEnd: parser.lineEnd ?? '\n' };
  }
  throw new ExpectedError({ code: 'file.onlyBlankLines' });
}

function checkHeader(header: Row, encoding: Encoding): void {
  const problem = header.problems?.[0];
  if (problem === undefined) return;
  switch (problem.message.code) {
    case 'file.undecodable':
    case 'file.replacementCharacter':
      throw new ExpectedError({
        code: 'file.headerUndecodable',
        args: { encoding: encodingLabel(encoding) },
      });
    case 'file.nul':
      throw new ExpectedError({ code: 'file.headerNul' });
    default:
      throw new ExpectedError({ code: 'file.headerQuote', args: { line: header.line } });
  }
}

interface Read {
  readonly batches: readonly (readonly Row[])[];
  readonly parser: PositionParser;
}

async function* read(source: CsvSource, columns?: number, signal?: AbortSignal): AsyncGenerator<Read> {
  const { path, encoding, delimiter, chunkBytes = CHUNK_BYTES } = source;
  const byteOffset = source.bom ? byteOrderMark(encoding).length : 0;
  const form = byteForm(encoding, delimiter);
  const parser = new PositionParser({
    delimiter,
    encoding,
    byteOffset,
    ...(form.decode === undefined ? {} : { decode: form.decode }),
    ...(columns === undefined ? {} : { columns }),
  });
  let fileEnd = byteOffset;
  for await (const chunk of readChunks(path, byteOffset, chunkBytes, signal)) {
    fileEnd += chunk.length;
    yield { batches: parser.feed(form.feed(chunk)), parser };
  }
  const rest = form.finish();
  if (rest.length > 0) yield { batches: parser.feed(rest), parser };
  yield { batches: parser.finish(fileEnd), parser };
}
