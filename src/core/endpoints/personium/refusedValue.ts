import type { TargetField, TargetSchema } from '../../mapping/schema';
import type { RejectedReason } from '../endpoint';
import { isObject } from '../readJson';
import { bracketed, refusalMessage } from './codes';
import type { PersoniumError } from './codes';
import { ID } from './fields';
import type { Operation } from './operation';
import { rowMessage } from './rowMessages';

/** Characters of a key that are shown. */
const LONGEST_ID = 100;
const VALUE_MISSING = 'PR400-OD-0009';

const MESSAGES_OF_VALUES: ReadonlyMap<string, Parameters<typeof rowMessage>[0]> = new Map([
  ['PR400-OD-0006', 'entity.refusedValue'],
  ['PR400-OD-0007', 'entity.notSettable'],
  [VALUE_MISSING, 'entity.valueMissing'],
]);

/** Which value is to blame: the unit names its property in brackets. */
export function refusedValue(
  error: PersoniumError,
  operation: Operation,
  schema: TargetSchema,
): RejectedReason {
  const name = bracketed(error)[0] ?? '';
  if (name === ID) {
    const { id } = operation;
    const shown = id !== null && id.length > LONGEST_ID ? `${id.slice(0, LONGEST_ID)}…` : (id ?? '');
    const message = rowMessage('entity.refusedId', { id: shown }, error.text);
    return { field: ID, message };
  }
  const field = blamed(name, error.code === VALUE_MISSING, operation, schema);
  const about = MESSAGES_OF_VALUES.get(error.code);
  if (field === undefined || about === undefined) {
    return { ...(field === undefined ? {} : { field: field.code }), message: refusalMessage(error) };
  }
  return { field: field.code, message: rowMessage(about, { field: field.label }, error.text) };
}

/** A property of this name, or the one whose value has a part of it: the unit does not tell them apart. */
function blamed(
  name: string,
  isMissing: boolean,
  { body }: Operation,
  { fields }: TargetSchema,
): TargetField | undefined {
  const sent = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const fits = (values: Readonly<Record<string, unknown>>): boolean =>
    ((values[name] ?? null) === null) === isMissing;
  const own = fields.find(({ code }) => code === name);
  const around = fields.filter((field) => field.fields?.some(({ code }) => code === name) === true);
  return own !== undefined && fits(sent)
    ? own
    : (around.find(({ code }) => isObject(sent[code]) && fits(sent[code])) ?? own ?? around[0]);
}
