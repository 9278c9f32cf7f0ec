import { refuse, shorten } from './refusal';
import type { Converter, Refusal } from './refusal';
import { isOfOData } from './schema';
import type { TargetField } from './schema';

/** Longest value of a text field of Kintone that allows no duplicates. */
const UNIQUE_LENGTH = 64;
const LINE_BREAK = /[\r\n]/;
/** All that ends a line for Java, whose patterns check the ids of Personium. */
const ANY_LINE_BREAK = /[\r\n\u0085\u2028\u2029]/;
/** No query can hold a control character, and no text in UTF-8 half of a surrogate pair: nobody would find the id. */
const NOT_IN_ID = /[\p{Cc}\p{Surrogate}]/u;
/** A character takes three bytes at the most for each unit of UTF-16. */
const MOST_BYTES_A_UNIT = 3;

/**
 * Text is sent exactly as the file means it, spaces included. Kintone does not say whether it counts characters
 * beyond U+FFFF as one or two: only what is wrong in either count is refused here, the endpoint decides the rest.
 * So it does about an empty value where there is a least length: its sources disagree whether it is refused. An id
 * of Personium (text without duplicates) that is mere spaces counts as none, as it does when records are found by it.
 */
export function textConverter(field: TargetField, lines: 'one' | 'many'): Converter {
  const max = field.maxLength ?? Number.POSITIVE_INFINITY;
  const min = field.minLength ?? 0;
  const odata = isOfOData(field);
  const uniqueMax = field.unique && !odata ? UNIQUE_LENGTH : Number.POSITIVE_INFINITY;
  const longest = Math.min(max, uniqueMax);
  const maxBytes = field.maxBytes ?? Number.POSITIVE_INFINITY;
  const lineBreak = odata ? ANY_LINE_BREAK : LINE_BREAK;
  const isId = odata && field.unique;
  return (cell) => {
    if (cell === '' || (isId && cell.trim() === '')) {
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    if (lines === 'one' && lineBreak.test(cell)) {
      return refuse('value.lineBreak', { field: field.label });
    }
    if (isId && NOT_IN_ID.test(cell)) {
      return refuse('key.controlCharacter', { field: field.label });
    }
    if (cell.length > longest && codePoints(cell) > longest) {
      const args = { field: field.label, max: longest, length: codePoints(cell) };
      return uniqueMax < max ? refuse('value.uniqueTooLong', args) : refuse('value.tooLong', args);
    }
    if (cell.length * MOST_BYTES_A_UNIT > maxBytes && Buffer.byteLength(cell) > maxBytes) {
      const bytes = Buffer.byteLength(cell);
      return refuse('value.tooManyBytes', { field: field.label, max: maxBytes, bytes });
    }
    if (cell.length < min) {
      return refuse('value.tooShort', { field: field.label, min, length: cell.length });
    }
    return cell;
  };
}

/**
 * A link is text of one line that has the form of its protocol; the exact rules are the endpoint's own. The shorter
 * limit of texts without duplicates is not documented for links.
 */
export function linkConverter(field: TargetField): Converter {
  const asText = textConverter({ ...field, unique: false }, 'one');
  return (cell) => {
    const value = asText(cell);
    return value === cell && cell !== '' ? (refuseLink(field, cell) ?? value) : value;
  };
}

const WEB = /^(?:[a-z][a-z0-9+.-]*:|\/)[^\s]+$/i;
const MAIL = /^(?:mailto:)?[^\s@]+@[^\s@]+$/i;
const CALL = /^(?:(?:tel|sip|callto|skype):)?[0-9+#*(][0-9A-Za-z+\-#*(). @_]*$/i;

function refuseLink(field: TargetField, value: string): Refusal | null {
  const args = { field: field.label, value: shorten(value) };
  switch (field.linkProtocol) {
    case 'WEB':
      return WEB.test(value) ? null : refuse('value.notAWebAddress', args);
    case 'MAIL':
      return MAIL.test(value) ? null : refuse('value.notAMailAddress', args);
    case 'CALL':
      return CALL.test(value) ? null : refuse('value.notAPhoneNumber', args);
    default:
      return null;
  }
}

function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next <= 0xdfff) {
        count -= 1;
        index += 1;
      }
    }
  }
  return count;
}
