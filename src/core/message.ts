/**
 * A sentence for a person, kept as a code and its arguments so that it can be shown in the reader's language,
 * now or when a journal is read years later.
 */
export interface Message {
  /** Key of the English template in `catalogue.ts`; also the diagnostic's code. */
  readonly code: string;
  readonly args?: Readonly<Record<string, string | number>>;
  /** Arguments that are sentences or parts of sentences themselves. */
  readonly phrases?: Readonly<Record<string, Message>>;
  /** Words of the endpoint itself, shown as they are and never translated (plain text, hostile until shown). */
  readonly verbatim?: string;
}

/** English templates of one room: code → text with `{named}` placeholders. */
export type MessageTable = Readonly<Record<string, string>>;

/** Turns an English template into the reader's language; the English itself where there is no other. */
export type Translate = (english: string, args: Readonly<Record<string, string | number>>) => string;

/** Puts arguments into the `{named}` places of a template. Places without an argument stay as they are. */
export function fill(template: string, args: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(args[name] ?? place));
}

/** An expected failure with a sentence for the person. Everything else that is thrown is a bug of ours. */
export class ExpectedError extends Error {
  readonly detail: Message;

  constructor(detail: Message, options?: ErrorOptions) {
    super(detail.verbatim ?? detail.code, options);
    this.name = 'ExpectedError';
    this.detail = detail;
  }
}
