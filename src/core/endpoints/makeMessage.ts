import type { Message } from '../message';

/** Makes messages of one table: a code that it lacks is a type error. */
export type MakeMessage<Code extends string> = (
  code: Code,
  args?: Message['args'],
  verbatim?: string,
) => Message;

/** A message without what was not given; empty words of the endpoint are none. */
export function makeMessage(code: string, args?: Message['args'], verbatim?: string): Message {
  return {
    code,
    ...(args === undefined ? {} : { args }),
    ...(verbatim === undefined || verbatim === '' ? {} : { verbatim }),
  };
}
