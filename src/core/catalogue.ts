import { CONNECTION_MESSAGES } from './endpoints/connectionMessages';
import { KINTONE_MESSAGES } from './endpoints/messages';
import { CELL_MESSAGES as CELL_ANSWERS } from './endpoints/personium/cellMessages';
import { PERSONIUM_MESSAGES } from './endpoints/personium/messages';
import { PERSONIUM_ROW_MESSAGES } from './endpoints/personium/rowMessages';
import { FILE_MESSAGES } from './files/messages';
import { XLSX_MESSAGES } from './files/xlsx/messages';
import { CELL_MESSAGES } from './jobs/cellMessages';
import { JOB_MESSAGES } from './jobs/messages';
import { UNDO_MESSAGES } from './jobs/undoMessages';
import { MAPPING_MESSAGES } from './mapping/messages';
import { PROFILE_MESSAGES } from './mapping/profileMessages';
import { fill } from './message';
import type { Message, MessageTable, Translate } from './message';

/** The tables of all rooms; no code stands in two of them. */
export const MESSAGE_TABLES: readonly MessageTable[] = [
  FILE_MESSAGES,
  XLSX_MESSAGES,
  MAPPING_MESSAGES,
  PROFILE_MESSAGES,
  KINTONE_MESSAGES,
  CONNECTION_MESSAGES,
  PERSONIUM_MESSAGES,
  PERSONIUM_ROW_MESSAGES,
  CELL_ANSWERS,
  JOB_MESSAGES,
  UNDO_MESSAGES,
  CELL_MESSAGES,
];

/** English templates of the whole core: code → text with `{named}` places. */
export const CATALOGUE: ReadonlyMap<string, string> = new Map(
  MESSAGE_TABLES.flatMap((table) => Object.entries(table)),
);

/**
 * A message as a sentence, in English or by `translate`. The endpoint's own words follow as they are: plain text that
 * must never be shown as markup. A code that this version does not know (a journal of a newer one) is shown itself.
 */
export function renderMessage(message: Message, translate: Translate = fill): string {
  const { code, phrases, verbatim = '' } = message;
  const template = CATALOGUE.get(code);
  if (template === undefined) return verbatim === '' ? code : verbatim;
  const sentence = translate(
    template,
    phrases ? withPhrases(message, phrases, translate) : (message.args ?? {}),
  );
  return verbatim === '' ? sentence : `${sentence} ${verbatim}`;
}

function withPhrases(
  { args }: Message,
  phrases: Readonly<Record<string, Message>>,
  translate: Translate,
): Record<string, string | number> {
  const rendered = Object.entries(phrases).map(([name, phrase]) => [name, renderMessage(phrase, translate)]);
  return { ...args, ...(Object.fromEntries(rendered) as Record<string, string>) };
}
