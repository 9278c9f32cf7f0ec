import type { Message } from '../message';
import type { RecordValue } from './record';
import type { MAPPING_MESSAGES } from './messages';

/** What a converter answers instead of a value. A class, so that one `instanceof` tells it from arrays. */
export class Refusal {
  readonly messages: readonly Message[];

  constructor(...messages: readonly Message[]) {
    this.messages = messages;
  }
}

/** Turns the text of one cell into what is sent for it, or says why it can't be. */
export type Converter = (cell: string) => RecordValue | Refusal;

type MappingCode = keyof typeof MAPPING_MESSAGES;

/** A message of this room; a wrong code is a type error. */
export function mappingMessage(code: MappingCode, args?: Message['args']): Message {
  return args === undefined ? { code } : { code, args };
}

/** Refuses with one sentence. */
export function refuse(code: MappingCode, args: Message['args']): Refusal {
  return new Refusal(mappingMessage(code, args));
}

const LONGEST_SHOWN = 100;

/** A cell as it may stand in a sentence or a list: at most 100 characters, never half of a surrogate pair. */
export function shorten(text: string): string {
  if (text.length <= LONGEST_SHOWN) {
    return text;
  }
  const cut = text.slice(0, LONGEST_SHOWN - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
