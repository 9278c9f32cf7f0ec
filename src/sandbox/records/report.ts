import { invalidInput } from '../apiError';
import type { Text } from '../texts';
import { TEXTS } from '../texts';

/** Collects what is wrong with the records of one request, under the paths by which the service names a value. */
export class Report {
  readonly #errors = new Map<string, Text[]>();
  #record: string;
  /** Where values are: the record, or one of its table rows. */
  #place: string;

  /** `many`: paths start with `records[i]`, otherwise with `record`. */
  constructor(private readonly many: boolean) {
    this.#record = many ? 'records[0]' : 'record';
    this.#place = this.#record;
  }

  /** What is added next belongs to this record of the request. */
  startRecord(index: number): void {
    if (this.many) {
      this.#record = `records[${index}]`;
    }
    this.#place = this.#record;
  }

  /** What is added next belongs to this row of a table, until `endRows`. */
  startRow(table: string, index: number): void {
    this.#place = `${this.#record}.${table}.value[${index}].value`;
  }

  endRows(): void {
    this.#place = this.#record;
  }

  /** `suffix` is the part after the field code, such as `.value` or `.values[2].value`. */
  add(code: string, suffix: string, text: Text): void {
    this.#push(`${this.#place}.${code}${suffix}`, text);
  }

  /** The one complaint that names its field in brackets. */
  addNotANumber(code: string): void {
    this.#push(`${this.#place}[${code}].value`, TEXTS.notANumber);
  }

  /** Throws one refusal that names everything collected; does nothing when all is well. */
  throwIfAny(): void {
    if (this.#errors.size > 0) {
      throw invalidInput(this.#errors);
    }
  }

  #push(path: string, text: Text): void {
    const texts = this.#errors.get(path);
    if (texts === undefined) {
      this.#errors.set(path, [text]);
    } else {
      texts.push(text);
    }
  }
}
