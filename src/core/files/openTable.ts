import { isAscii } from 'node:buffer';
import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ExpectedError } from '../message';
import { CHUNK_BYTES, readChunks } from './csvBytes';
import { detectDelimiter } from './csvDialect';
import { openCsv } from './csvTable';
import { decodeText, detectEncoding, hasByteOrderMark } from './encodings';
import { fileError } from './fileError';
import type { Encoding, ReadOptions, Table } from './row';

const SAMPLE_BYTES = 64 * 1024;

/**
 * Opens a file by what it holds: a zip archive (or anything named `.xlsx`) as a workbook, any other text as CSV with
 * the encoding and delimiter of `options` or those detected. Only its beginning is read, except that a file which
 * begins in pure ASCII is searched on to the first other character.
 * Throws `ExpectedError` when the file cannot be read, is empty, has no header, or is no table at all.
 */
export async function openTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const { sample, complete } = await readSample(path);
  if (isWorkbook(sample) || (extname(path).toLowerCase() === '.xlsx' && sample.length > 0)) {
    const { openWorkbook } = await import('./xlsx/readXlsx');
    return openWorkbook(path, options);
  }
  if (sample.length === 0) throw new ExpectedError({ code: 'file.empty' });
  refuseOtherFormats(sample);
  const encoding = options.encoding ?? (await findEncoding(path, sample, complete));
  const isUtf16 = encoding === 'utf-16le' || encoding === 'utf-16be';
  if (!isUtf16 && isBinary(sample)) throw new ExpectedError({ code: 'file.binary' });
  const bom = hasByteOrderMark(sample, encoding);
  const delimiter =
    options.delimiter ?? detectDelimiter(decodeText(sample, encoding), complete, basename(path));
  return openCsv({ path, encoding, bom, delimiter });
}

async function readSample(path: string): Promise<{ sample: Buffer; complete: boolean }> {
  try {
    const file = await open(path);
    try {
      const buffer = Buffer.alloc(SAMPLE_BYTES);
      let length = 0;
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, buffer.length - length);
        length += bytesRead;
        if (bytesRead === 0 || length === buffer.length) break;
      }
      return { sample: buffer.subarray(0, length), complete: length < buffer.length };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error);
  }
}

/** The encoding of the file, judged at the first characters beyond ASCII wherever they are. */
async function findEncoding(path: string, sample: Buffer, complete: boolean): Promise<Encoding> {
  if (complete || !isAscii(sample)) return detectEncoding(sample).encoding;
  let window: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path, sample.length, CHUNK_BYTES)) {
    if (window.length > 0) {
      window = Buffer.concat([window, chunk]);
      break;
    }
    if (!isAscii(chunk)) window = chunk.subarray(chunk.findIndex((byte) => byte >= 0x80));
  }
  return detectEncoding(window).encoding;
}

/** Zip archives, and the OLE container of encrypted and old workbooks: the workbook reader has their sentences. */
function isWorkbook(sample: Buffer): boolean {
  return (
    startsWith(sample, 'PK\x03\x04') ||
    startsWith(sample, 'PK\x05\x06') ||
    startsWith(sample, '\xd0\xcf\x11\xe0')
  );
}

/** First bytes of formats that are mistaken for tables now and then. */
const BINARY_FORMATS = [
  '%PDF-',
  '\x89PNG',
  'GIF8',
  '\xff\xd8\xff',
  '\x1f\x8b',
  '7z\xbc\xaf',
  'Rar!\x1a',
  'PAR1',
  'SQLite format 3',
];

function refuseOtherFormats(sample: Buffer): void {
  if (BINARY_FORMATS.some((format) => startsWith(sample, format)))
    throw new ExpectedError({ code: 'file.binary' });
  const unsupported =
    startsWith(sample, '\xff\xfe\0\0') || startsWith(sample, '\0\0\xfe\xff')
      ? 'UTF-32'
      : sample.includes('\x1b$B') || sample.includes('\x1b$@')
        ? 'ISO-2022-JP'
        : null;
  if (unsupported !== null) {
    throw new ExpectedError({ code: 'file.unsupportedEncoding', args: { encoding: unsupported } });
  }
}

function startsWith(sample: Buffer, latin1: string): boolean {
  return sample.toString('latin1', 0, latin1.length) === latin1;
}

/**
 * Whether the bytes are no text: some percent control characters (compressed data has a tenth), or NUL everywhere.
 * A few stray NUL characters are problems of their rows.
 */
function isBinary(sample: Buffer): boolean {
  let controls = 0;
  let nul = 0;
  for (const byte of sample) {
    if (byte === 0) nul++;
    else if (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1a && byte !== 0x1b) controls++;
  }
  return (controls > 8 && controls * 50 > sample.length) || (nul > 8 && nul * 4 > sample.length);
}
