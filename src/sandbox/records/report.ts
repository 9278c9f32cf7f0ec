import { ApiError, invalidInput } from '../apiError';
import type { Text } from '../texts';
import { TEXTS } from '../texts';

/** Collects what is wrong with the records of one request, under the paths by which the service names a value. */
export class Report {
  readonly #errors = new Map<string, Text[]>();
  #record: string;

  /** `many`: paths start with `records[i]`, otherwise with `record`. */
  constructor(private readonly many: boolean) {
    this.#record = many ? 'records[0]' : 'record';
  }

  /** What is added next belongs to this record of the request. */
  startRecord(index: number): void {
    if (this.many) {
      this.#record = `records[${index}]`;
    }
  }

  /** `suffix` is the part after the field code, such as `.value` or `.values[2].value`. */
  add(code: string, suffix: string, text: Text): void {
    this.#push(`${this.#record}.${code}${suffix}`, text);
  }

  /** The one complaint that names its field in brackets. */
  addNotANumber(code: string): void {
    this.#push(`${this.#record}[${code}].value`, TEXTS.notANumber);
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

/** A user, organisation or group the directory does not know: refused at once, without a path or index. */
export function unknownEntry(code: string, text: Text): ApiError {
  return new ApiError(400, code, text);
}
