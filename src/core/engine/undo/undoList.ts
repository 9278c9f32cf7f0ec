import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { RecordBefore } from '../../jobs/records';

/** One record that an import has left behind, as a line of the frozen list of an undo. */
export interface UndoLine {
  /** Ordinals of the first and last row of the imported file that it was made of. */
  readonly row: number;
  readonly lastRow: number;
  /** Empty when it is not known. */
  readonly id: string;
  /** What the import has left it with. */
  readonly revision: string;
  /** What it was before, when the import changed it; new when absent. */
  readonly before?: Pick<RecordBefore, 'revision' | 'values'>;
  /** It came to be a second time. */
  readonly twin?: true;
  /** Why it can't be taken back; then nothing is tried. */
  readonly cannot?: Cannot;
}

export const REASONS = ['noId', 'saidThere', 'uncertain', 'attachments', 'noBefore'] as const;
/** Why a record that an import has left behind can't be taken back; known from its journal alone. */
export type Cannot = (typeof REASONS)[number];

/** Lines are handed out in groups of so many. */
const GROUP = 1000;
const WRITE_BYTES = 1 << 18;

/** Writes the list, one line of JSON a record. */
export class UndoListWriter {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #waiting: string[] = [];
  #length = 0;
  #size = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async create(path: string): Promise<UndoListWriter> {
    return new UndoListWriter(await open(path, 'w'));
  }

  async add(line: UndoLine): Promise<void> {
    const text = `${JSON.stringify(line)}\n`;
    this.#waiting.push(text);
    this.#length += text.length;
    if (this.#length >= WRITE_BYTES) await this.#flush();
  }

  /** Durable when it resolves. */
  async end(): Promise<{ readonly size: number; readonly sha256: string }> {
    await this.#flush();
    await this.#file.datasync();
    return { size: this.#size, sha256: this.#hash.digest('hex') };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(''));
    [this.#waiting, this.#length] = [[], 0];
    this.#hash.update(bytes);
    this.#size += bytes.length;
    await this.#file.writeFile(bytes);
  }
}

/** Reads a list that was frozen by us and is unchanged since, in groups; the n-th line is the n-th record of the undo. */
export async function* readUndoList(path: string): AsyncGenerator<readonly UndoLine[]> {
  let lines: UndoLine[] = [];
  let carried = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: WRITE_BYTES })) {
    const bytes = Buffer.concat([carried, chunk as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      lines.push(JSON.parse(bytes.toString('utf8', start, end)) as UndoLine);
      start = end + 1;
      if (lines.length < GROUP) continue;
      yield lines;
      lines = [];
    }
    carried = bytes.subarray(start);
  }
  if (lines.length > 0) yield lines;
}
