import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { renderMessage } from '../catalogue';
import { encodeText } from '../files/encodeText';
import { cellSpans } from '../files/cellSpans';
import { decodeText } from '../files/encodings';
import { openTable } from '../files/openTable';
import { quoteCell } from '../files/writeCsv';
import type { CsvInfo, Delimiter, Encoding, Row, RowPlace, TableInfo } from '../files/row';
import { readDefinition } from '../jobs/jobFolder';
import { readNotImported } from '../jobs/notImported';
import type { NotImported } from '../jobs/notImported';
import { REASON_COLUMN, ROW_COLUMN } from '../mapping/reasonColumns';
import type { Problem } from '../mapping/record';
import { translator } from '../translate';
import { placeProblems } from './placement';
import type { PlacedProblem } from './placement';

/** At most so many problems are placed; the document of the unimported rows has all reasons. */
export const MAX_PLACED_PROBLEMS = 500;

/** An editor shows at most so many unimported rows, and so many bytes; the file has them all. */
const MAX_SHOWN_ROWS = 10_000;
const MAX_SHOWN_BYTES = 5 << 20;

/** The document of the rows a job did not import, as written to `out/`. */
export interface UnimportedFile {
  readonly path: string;
  readonly rows: number;
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly lineEnd: CsvInfo['lineEnd'];
  /** The part at the start of the file that an editor may show. */
  readonly shown: { readonly rows: number; readonly bytes: number };
  /** The first problems with their places in the imported file. */
  readonly problems: readonly PlacedProblem[];
  /** Problems beyond those. */
  readonly moreProblems: number;
}

/**
 * Writes `out/unimported.csv` and `out/unimported.json` of a job that has ended, from its journal and its frozen input
 * alone; may be called again at any time. Unknown rows are left out: importing them again could double them.
 */
export async function derive(folder: string): Promise<UnimportedFile> {
  const definition = await readDefinition(folder);
  const notImported = await readNotImported(folder);
  const input = path.join(folder, 'input.bin');
  const { info } = definition.source;
  const table = await openTable(input, readAgain(info));
  const form = documentForm(info);
  const out = path.join(folder, 'out');
  await mkdir(out, { recursive: true });
  const file = path.join(out, 'unimported.csv');
  const writer = await DocumentWriter.create(`${file}.part`, input, info, form);
  const words = reasonWords(definition.language, info);
  const problems: PlacedProblem[] = [];
  let problemCount = 0;
  try {
    await writer.header();
    const reasonOf = reasonLookup(notImported, words);
    for await (const rows of table.rows()) {
      for (const row of rows) {
        const reason = reasonOf(row.ordinal);
        if (reason === null) continue;
        await writer.row(row, reason.text);
        problemCount += reason.problems.length;
        const room = MAX_PLACED_PROBLEMS - problems.length;
        if (room > 0 && reason.problems.length > 0) {
          const placed = await placeProblems(input, info, row, reason.problems.slice(0, room));
          problems.push(...placed.map((one) => ({ ...one, documentRow: writer.documentRow(row) })));
        }
      }
    }
  } finally {
    await writer.close();
  }
  await rename(`${file}.part`, file);
  const summary = {
    path: file,
    rows: writer.rows,
    ...form,
    shown: writer.shown,
    problems,
    moreProblems: problemCount - problems.length,
  };
  await writeFile(path.join(out, 'unimported.json'), JSON.stringify(summary));
  return summary;
}

interface DocumentForm {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  readonly lineEnd: CsvInfo['lineEnd'];
}

/** A worksheet's rows come back as the CSV that Excel opens without asking: UTF-8 with a byte order mark. */
function documentForm(info: TableInfo): DocumentForm {
  return info.format === 'csv'
    ? { encoding: info.encoding, delimiter: info.delimiter, lineEnd: info.lineEnd }
    : { encoding: 'utf-8', delimiter: ',', lineEnd: '\r\n' };
}

/** What was decided at submission is not detected anew. */
function readAgain(info: TableInfo): Parameters<typeof openTable>[1] {
  return info.format === 'csv'
    ? { encoding: info.encoding, delimiter: info.delimiter }
    : { sheet: info.sheet };
}

interface Reason {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Why a row was not imported, or null when it was (or may have been). Ordinals must be asked for in growing order. */
function reasonLookup(
  notImported: NotImported,
  words: (problems: readonly Problem[]) => string,
): (ordinal: number) => Reason | null {
  const ranges = notImported.unprocessed
    .flatMap(({ ranges: list, reason }) => list.map(([from, to]) => ({ from, to, reason })))
    .sort((a, b) => a.from - b.from);
  let next = 0;
  return (ordinal) => {
    const named = notImported.rows.get(ordinal);
    if (named) return { text: words(named.problems), problems: named.problems };
    for (let range = ranges[next]; range && range.to < ordinal; range = ranges[next]) next++;
    const range = ranges[next];
    if (!range || ordinal < range.from) return null;
    return { text: words([{ column: null, message: range.reason }]), problems: [] };
  };
}

/** The reasons of one row in one cell: `heading: sentence`, in the language of the job. */
function reasonWords(language: string, info: TableInfo): (problems: readonly Problem[]) => string {
  const translate = translator(language);
  const heading = ({ column, field }: Problem) => (column === null ? field : (info.header[column] ?? field));
  return (problems) =>
    problems
      .map((problem) => {
        const sentence = problem.message.verbatim ?? renderMessage(problem.message, translate);
        const name = heading(problem);
        return name === undefined || name === '' ? sentence : `${name}: ${sentence}`;
      })
      .join(' / ');
}

/** Writes records with the bytes they have in the input, and the reason columns behind them. */
class DocumentWriter {
  rows = 0;
  shown = { rows: 0, bytes: 0 };
  #bytes = 0;
  readonly #out: ReturnType<typeof createWriteStream>;
  readonly #source: ByteWindow | null;
  readonly #info: TableInfo;
  readonly #form: DocumentForm;
  readonly #oldReasons: boolean;
  #failure: Error | undefined;

  private constructor(outPath: string, source: ByteWindow | null, info: TableInfo, form: DocumentForm) {
    this.#out = createWriteStream(outPath);
    this.#out.on('error', (error) => (this.#failure = error));
    this.#source = source;
    this.#info = info;
    this.#form = form;
    this.#oldReasons = info.header.at(-2) === ROW_COLUMN && info.header.at(-1) === REASON_COLUMN;
  }

  static async create(
    outPath: string,
    input: string,
    info: TableInfo,
    form: DocumentForm,
  ): Promise<DocumentWriter> {
    const source = info.format === 'csv' ? new ByteWindow(await open(input)) : null;
    return new DocumentWriter(outPath, source, info, form);
  }

  async header(): Promise<void> {
    const { bom } = this.#info.format === 'csv' ? this.#info : { bom: true };
    if (bom) await this.#write(this.#encode('\ufeff'));
    await this.#record(this.#info.headerPlace, this.#info.header, [ROW_COLUMN, REASON_COLUMN]);
  }

  /** A row that was in an unimported rows document already keeps the line number it had in the first file. */
  documentRow(row: Row): string {
    return this.#oldReasons ? (row.cells.at(-2) ?? '') : String(row.line);
  }

  async row(row: Row, reason: string): Promise<void> {
    await this.#record(row, row.cells, [this.documentRow(row), reason]);
    this.rows++;
    if (this.rows <= MAX_SHOWN_ROWS && this.#bytes <= MAX_SHOWN_BYTES) {
      this.shown = { rows: this.rows, bytes: this.#bytes };
    }
  }

  async close(): Promise<void> {
    this.#out.end();
    if (!this.#out.closed) await once(this.#out, 'close');
    await this.#source?.close();
    if (this.#failure) throw this.#failure;
  }

  async #record(place: RowPlace, cells: readonly string[], added: readonly string[]): Promise<void> {
    const { delimiter, lineEnd } = this.#form;
    const own = this.#source ? await this.#rawCells(this.#source, place) : this.#encode(this.#quoted(cells));
    const tail = added.map((cell) => delimiter + quoteCell(cell, delimiter)).join('') + lineEnd;
    await this.#write(own);
    await this.#write(this.#encode(tail));
  }

  #quoted(cells: readonly string[]): string {
    const { delimiter } = this.#form;
    return (this.#oldReasons ? cells.slice(0, -2) : cells)
      .map((cell) => quoteCell(cell, delimiter))
      .join(delimiter);
  }

  /** The record's bytes without byte order mark, line end and reason columns of an earlier document. */
  async #rawCells(source: ByteWindow, place: RowPlace): Promise<Uint8Array> {
    const { encoding } = this.#form;
    const bytes = withoutLineEnd(
      withoutMark(await source.read(place.byteOffset, place.byteLength), encoding),
      encoding,
    );
    if (!this.#oldReasons) return bytes;
    const text = decodeText(bytes, encoding);
    const kept = cellSpans(text, this.#form.delimiter).at(-3)?.end ?? 0;
    return bytes.subarray(0, bytes.length - encodeText(text.slice(kept), encoding).bytes.length);
  }

  /** Reasons are ours or the endpoint's words: a character that the encoding lacks is written as its code point. */
  #encode(text: string): Uint8Array {
    const { bytes, lost } = encodeText(text, this.#form.encoding);
    if (lost.length === 0) return bytes;
    let safe = text;
    for (const character of new Set(lost)) {
      safe = safe.replaceAll(character, `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
    }
    return encodeText(safe, this.#form.encoding).bytes;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#bytes += bytes.length;
    if (!this.#out.write(bytes)) await Promise.race([once(this.#out, 'drain'), once(this.#out, 'close')]);
  }
}

/** Reads records in file order through one buffer, so that neighbours cost no system call each. */
class ByteWindow {
  readonly #file: FileHandle;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.#start || offset + length > this.#start + this.#bytes.length) {
      const buffer = new Uint8Array(Math.max(length, 1 << 20));
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, offset);
      this.#start = offset;
      this.#bytes = buffer.subarray(0, bytesRead);
    }
    return this.#bytes.subarray(offset - this.#start, offset - this.#start + length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function withoutMark(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  const mark = encodeText('\ufeff', encoding);
  if (mark.lost.length > 0) return bytes;
  return mark.bytes.every((byte, i) => bytes[i] === byte) ? bytes.subarray(mark.bytes.length) : bytes;
}

/** Exactly one line end (CRLF, LF or CR) is cut off, where there is one. */
function withoutLineEnd(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  for (const end of ['\r\n', '\n', '\r']) {
    const tail = encodeText(end, encoding).bytes;
    const from = bytes.length - tail.length;
    if (from >= 0 && tail.every((byte, i) => bytes[from + i] === byte)) return bytes.subarray(0, from);
  }
  return bytes;
}
