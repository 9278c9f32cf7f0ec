import type { Message } from '../message';
import { nearestOption } from './nearestOption';
import { mappingMessage, refuse, Refusal, shorten } from './refusal';
import type { Converter } from './refusal';
import { isChosenByItself } from './schema';
import type { TargetField } from './schema';

const LINE_BREAK = /\r\n|\n|\r/;
const SEPARATORS = [',', ';', '、'] as const;

/**
 * One option, written exactly. An empty cell clears the choice, except for radio buttons, which can't be empty:
 * nothing is sent for them and the endpoint takes the field's default.
 */
export function choiceConverter(field: TargetField): Converter {
  const options = new Set(field.options);
  const refuseOption = optionRefusals(field);
  const radio = isChosenByItself(field);
  return (cell) => {
    if (options.has(cell)) {
      return cell;
    }
    if (cell === '') {
      if (radio) {
        return undefined;
      }
      return field.required ? refuse('value.required', { field: field.label }) : '';
    }
    return new Refusal(refuseOption(cell));
  };
}

/**
 * Several options in one cell, a line each, as Kintone's own tools write them. Commas, semicolons and ideographic
 * commas separate too, if every piece is an option then. An option that is named twice counts once.
 */
export function choicesConverter(field: TargetField): Converter {
  const options = new Set(field.options);
  const refuseOption = optionRefusals(field);
  return (cell) => {
    if (cell === '') {
      return field.required ? refuse('value.required', { field: field.label }) : [];
    }
    if (options.has(cell)) {
      return [cell];
    }
    const lines = pieces(cell, LINE_BREAK);
    if (lines.length === 0) {
      return field.required ? refuse('value.required', { field: field.label }) : [];
    }
    if (lines.every((line) => options.has(line))) {
      return [...new Set(lines)];
    }
    for (const separator of SEPARATORS) {
      const parts = pieces(cell, separator).map((part) => part.trim());
      if (parts.length > 1 && parts.every((part) => options.has(part))) {
        return [...new Set(parts)];
      }
    }
    const wrong = new Set(lines.filter((line) => !options.has(line)));
    return new Refusal(...[...wrong].slice(0, 20).map(refuseOption));
  };
}

/** Users, organizations or groups by their codes, a line each; a code that is named twice counts once. */
export function codesConverter(field: TargetField): Converter {
  return (cell) => {
    const codes = cell === '' ? [] : pieces(cell, LINE_BREAK).map((code) => code.trim());
    if (codes.length === 0 && field.required) {
      return refuse('value.required', { field: field.label });
    }
    return codes.length > 1 ? [...new Set(codes)] : codes;
  };
}

/** Who made or changed a record: one user by code. Nobody is not sent: the endpoint takes who imports. */
export function codeConverter(field: TargetField): (cell: string) => string | undefined | Refusal {
  return (cell) => {
    const code = cell.trim();
    if (LINE_BREAK.test(code)) {
      return refuse('value.oneUser', { field: field.label });
    }
    return code === '' ? undefined : code;
  };
}

function pieces(cell: string, separator: RegExp | string): string[] {
  return cell.split(separator).filter((piece) => piece.trim() !== '');
}

/** The same slip is usually made in many rows; looking through a thousand options once is enough. */
const REMEMBERED = 500;

function optionRefusals(field: TargetField): (value: string) => Message {
  const known = new Map<string, Message>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) {
      return before;
    }
    const nearest = nearestOption(value, field.options ?? []);
    const args = { field: field.label, value: shorten(value) };
    const message =
      nearest === null
        ? mappingMessage('value.notAnOption', args)
        : mappingMessage('value.notAnOptionNear', { ...args, nearest });
    if (known.size < REMEMBERED && value.length < 200) {
      known.set(value, message);
    }
    return message;
  };
}
