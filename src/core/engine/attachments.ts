import type { TargetWriter, UploadAnswer } from '../endpoints/endpoint';
import type { Control } from '../jobs/control';
import type { BadRow } from '../jobs/records';
import type { LayoutField, RecordLayout } from '../mapping/layout';
import type { FileToAttach, ImportRecord, Problem, RecordValue } from '../mapping/record';
import type { Message } from '../message';
import { badRowsOf } from './recordRows';

/** What came of handing over the files of a batch; `records` name the files that were taken, for whatever comes next. */
export type Prepared =
  /** `bad` are the rows of the records whose files were refused; they are not among `records`. */
  | { readonly kind: 'ready'; readonly records: readonly ImportRecord[]; readonly bad: readonly BadRow[] }
  | {
      readonly kind: 'refused';
      readonly records: readonly ImportRecord[];
      readonly bad: readonly BadRow[];
      readonly refusal: UploadAnswer & { kind: 'notCommitted' };
      /** Some file was taken before. */
      readonly progress: boolean;
    }
  | { readonly kind: 'impossible'; readonly message: Message; readonly bad: readonly BadRow[] }
  /** Something was asked of the job meanwhile. */
  | { readonly kind: 'asked'; readonly records: readonly ImportRecord[]; readonly bad: readonly BadRow[] };

type Failure = { readonly kind: 'asked' } | Exclude<UploadAnswer, { kind: 'uploaded' }>;

interface FilePlace {
  readonly at: LayoutField;
  readonly row: number;
}

/** Whether records of this layout can have files. */
export function hasFiles({ fields }: Pick<RecordLayout, 'fields'>): boolean {
  return fields.some(({ field, inner }) => field.kind === 'files' || hasFiles({ fields: inner ?? [] }));
}

/** Hands over the files of records, one at a time, before the request that names them. */
export class Attachments {
  readonly #writer: TargetWriter;
  readonly #layout: RecordLayout;
  readonly #control: Control;
  #progress = false;

  constructor(writer: TargetWriter, layout: RecordLayout, control: Control) {
    this.#writer = writer;
    this.#layout = layout;
    this.#control = control;
  }

  /** Files that have their key already are not handed over again. */
  async prepare(records: readonly ImportRecord[]): Promise<Prepared> {
    this.#progress = false;
    const ready: ImportRecord[] = [];
    const bad: BadRow[] = [];
    for (const [index, record] of records.entries()) {
      const filling = new Filling(record, this.#layout.fields, (file) => this.#upload(file));
      const failure = await filling.fill();
      switch (failure?.kind) {
        case undefined:
          ready.push(filling.record);
          break;
        case 'rejected':
          bad.push(
            ...badRowsOf(record, new Map([[filling.at?.row ?? record.row, [filling.problem(failure)]]])),
          );
          break;
        case 'impossible':
          return { kind: 'impossible', message: failure.message, bad };
        case 'asked':
        case 'notCommitted': {
          const left = [...ready, filling.record, ...records.slice(index + 1)];
          return failure.kind === 'asked'
            ? { kind: 'asked', records: left, bad }
            : { kind: 'refused', records: left, bad, refusal: failure, progress: this.#progress };
        }
      }
    }
    return { kind: 'ready', records: ready, bad };
  }

  async #upload(file: FileToAttach): Promise<UploadAnswer | { readonly kind: 'asked' }> {
    const end = new AbortController();
    const work = this.#writer.upload(file, end.signal);
    const answer = await this.#control.orAsked(work);
    if (answer === null) {
      work.catch(() => undefined);
      end.abort();
      return { kind: 'asked' };
    }
    if (answer.kind === 'uploaded') this.#progress = true;
    return answer;
  }
}

/** One record while its files are handed over; what was done stays done when it has to be taken up again. */
class Filling {
  record: ImportRecord;
  /** Where the file that failed belongs. */
  at: FilePlace | null = null;
  #file: FileToAttach | null = null;
  readonly #fields: readonly LayoutField[];
  readonly #upload: (file: FileToAttach) => Promise<UploadAnswer | { readonly kind: 'asked' }>;

  constructor(
    record: ImportRecord,
    fields: readonly LayoutField[],
    upload: (file: FileToAttach) => Promise<UploadAnswer | { readonly kind: 'asked' }>,
  ) {
    this.record = record;
    this.#fields = fields;
    this.#upload = upload;
  }

  async fill(): Promise<Failure | null> {
    const { values, failure } = await this.#fillValues(this.record.values, this.#fields, this.record.row);
    this.record = { ...this.record, values };
    return failure;
  }

  problem({ message }: { readonly message: Message }): Problem {
    const { at } = this.at ?? {};
    return {
      column: at?.columns[0] ?? null,
      ...(at === undefined ? {} : { field: at.field.code }),
      ...(this.#file === null ? {} : { value: this.#file.name }),
      message,
    };
  }

  async #fillValues(
    before: readonly RecordValue[],
    fields: readonly LayoutField[],
    row: number,
  ): Promise<{ values: readonly RecordValue[]; failure: Failure | null }> {
    const values = [...before];
    for (const [index, at] of fields.entries()) {
      const value = values[index];
      if (typeof value !== 'object') continue;
      if ('files' in value) {
        const { files, failure } = await this.#fillFiles(value.files, { at, row });
        values[index] = { files };
        if (failure !== null) return { values, failure };
      } else if ('rows' in value && hasFiles({ fields: at.inner ?? [] })) {
        const rows = [...value.rows];
        for (const [i, one] of rows.entries()) {
          const inner = await this.#fillValues(one.values, at.inner ?? [], one.row);
          rows[i] = { ...one, values: inner.values };
          values[index] = { rows };
          if (inner.failure !== null) return { values, failure: inner.failure };
        }
      }
    }
    return { values, failure: null };
  }

  async #fillFiles(
    before: readonly FileToAttach[],
    place: FilePlace,
  ): Promise<{ files: readonly FileToAttach[]; failure: Failure | null }> {
    const files = [...before];
    for (const [index, file] of files.entries()) {
      if (file.fileKey !== undefined) continue;
      const answer = await this.#upload(file);
      if (answer.kind !== 'uploaded') {
        this.at = place;
        this.#file = file;
        return { files, failure: answer };
      }
      files[index] = { ...file, fileKey: answer.fileKey };
    }
    return { files, failure: null };
  }
}
