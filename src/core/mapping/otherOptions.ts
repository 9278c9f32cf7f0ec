import type { LayoutField } from './layout';
import type { RecordValue } from './record';

/** What the columns of some options say about a value read from the endpoint: only the options they stand for. */
export function ofColumns({ options }: LayoutField, value: RecordValue): RecordValue {
  return options === undefined || !isList(value) ? value : value.filter((option) => options.includes(option));
}

/** The value with the options of the live one that no column stands for: nobody has said that they should go. */
export function withOthers(one: LayoutField, value: RecordValue, before: RecordValue): RecordValue {
  if (!isList(value)) return value;
  const others = othersOf(one, before);
  return others.length === 0 ? value : [...value, ...others];
}

/** Options of a live value that no column of the file stands for. */
export function othersOf({ options }: LayoutField, value: RecordValue): readonly string[] {
  return options === undefined || !isList(value) ? [] : value.filter((option) => !options.includes(option));
}

function isList(value: RecordValue): value is readonly string[] {
  return Array.isArray(value);
}
