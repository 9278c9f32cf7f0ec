import { randomInt } from 'node:crypto';
import type { SpokenLanguage, Text } from './texts';
import { inLanguage, TEXTS } from './texts';

/** Sentences by the path of the parameter or field they blame. */
export type FieldErrors = ReadonlyMap<string, readonly Text[]>;

/** A refusal in the service's terms. Thrown by handlers; nothing of the refused request is kept. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly errors?: FieldErrors,
  ) {
    super(`${status} ${code}`);
    this.name = 'ApiError';
  }
}

export interface ErrorBody {
  readonly code: string;
  readonly id: string;
  readonly message: string;
  readonly errors?: Readonly<Record<string, { readonly messages: readonly string[] }>>;
}

/** The JSON body of a refusal; `id` is new for every answer. */
export function errorBody(error: ApiError, language: SpokenLanguage): ErrorBody {
  const body = { code: error.code, id: errorId(), message: inLanguage(error.text, language) };
  if (error.errors === undefined) {
    return body;
  }
  const errors = [...error.errors].map(
    ([path, texts]) => [path, { messages: texts.map((text) => inLanguage(text, language)) }] as const,
  );
  return { ...body, errors: Object.fromEntries(errors) };
}

/** Refusal of the values at these paths (400 `CB_VA01`). */
export function invalidInput(errors: FieldErrors): ApiError {
  return new ApiError(400, 'CB_VA01', TEXTS.invalidInput, errors);
}

/** Refusal of one request parameter (400 `CB_VA01`). */
export function invalidParameter(name: string, ...texts: readonly Text[]): ApiError {
  return invalidInput(new Map([[name, texts]]));
}

/** JSON that can't be read, or a value of the wrong shape for its field (400 `CB_IJ01`). */
export function invalidJson(): ApiError {
  return new ApiError(400, 'CB_IJ01', TEXTS.badJson);
}

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function errorId(): string {
  return Array.from({ length: 20 }, () => ID_CHARACTERS[randomInt(ID_CHARACTERS.length)]).join('');
}
