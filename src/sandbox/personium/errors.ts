import { ERROR_TEXTS } from './errorTexts';

export type PersoniumCode = keyof typeof ERROR_TEXTS;

export interface ErrorBody {
  readonly code: string;
  readonly message: { readonly lang: string; readonly value: string };
}

/** A refusal in Personium's terms; the status is in the code. Thrown by handlers. */
export class PersoniumError extends Error {
  readonly status: number;

  constructor(
    readonly code: PersoniumCode,
    ...args: readonly (string | number)[]
  ) {
    super(fill(ERROR_TEXTS[code], args));
    this.name = 'PersoniumError';
    this.status = Number(code.slice(2, 5));
  }

  /** The body of an answer; also the member `message` of a failed import. */
  get body(): ErrorBody {
    const lang = this.code === 'PR500-SV-9999' ? 'en_US' : 'en';
    return { code: this.code, message: { lang, value: this.message } };
  }
}

/** Numbers are written with commas between thousands. */
function fill(template: string, args: readonly (string | number)[]): string {
  return template.replace(/\{(\d)\}/g, (_, index: string) => {
    const arg = args[Number(index)] ?? '';
    return typeof arg === 'number' ? arg.toLocaleString('en-US') : arg;
  });
}

export function isPersoniumCode(code: string): code is PersoniumCode {
  return Object.hasOwn(ERROR_TEXTS, code);
}
