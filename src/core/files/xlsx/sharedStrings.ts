import { unescapeXstring } from './escapes';
import { LIMITS } from './limits';
import { workbookError } from './messages';
import { readPart, type PartSource } from './parts';
import type { XmlHandler } from './xmlReader';

/** The texts that cells refer to by number: the one part of a workbook that is kept in memory. */
export async function readSharedStrings(source: PartSource, part: string | null): Promise<readonly string[]> {
  if (part === null) return [];
  const handler = new SharedStringsHandler();
  await readPart(source, part, handler);
  return handler.strings;
}

/**
 * `<si><t>東京</t><rPh><t>トウキョウ</t></rPh></si>`, `<si><r><t>rich </t></r><r><t>text</t></r></si>`: the
 * pieces of a rich text are joined, the phonetic guides (furigana) are not part of the text.
 */
class SharedStringsHandler implements XmlHandler {
  readonly strings: string[] = [];
  wantsText = false;
  #text = '';
  #phonetic = false;
  #units = 0;

  open(name: string): void {
    if (name === 't') this.wantsText = !this.#phonetic;
    else if (name === 'si') this.#text = '';
    else if (name === 'rPh') this.#phonetic = true;
  }

  text(text: string): void {
    this.#text += text;
  }

  close(name: string): void {
    if (name === 't') this.wantsText = false;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'si') this.#add(unescapeXstring(this.#text));
  }

  #add(text: string): void {
    this.#units += text.length;
    if (this.strings.length >= LIMITS.sharedStrings || this.#units > LIMITS.sharedStringUnits) {
      throw workbookError('workbook.tooMuchText');
    }
    this.strings.push(text);
  }
}
