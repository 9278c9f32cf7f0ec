import { nearestOption } from './nearestOption';
import type { ColumnUse } from './plan';
import type { TargetField, TargetSchema } from './schema';

/** What the name of a column leads to. */
export type NamedColumn =
  | { readonly kind: 'field'; readonly use: ColumnUse; readonly field: TargetField }
  | { readonly kind: 'start' }
  /** The name is that of several fields. */
  | { readonly kind: 'ambiguous'; readonly fields: readonly TargetField[] }
  | {
      readonly kind: 'unknownOption';
      readonly field: TargetField;
      readonly option: string;
      readonly nearest: string | null;
    };

/** Finds what a name means: to the letter, or without regard to spaces around and character width. */
export interface ColumnNames {
  exact(name: string): NamedColumn | null;
  loose(name: string): NamedColumn | null;
}

/** Where a value can go: a field, a field of a table, the ids of a table's rows, or a part of an object. */
interface Place {
  readonly field: TargetField;
  /** The table or the object that the field is in. */
  readonly table: TargetField | null;
}

/**
 * Headings of the column that marks where records start: of the command line, and of Kintone's own export in Japanese
 * and English; the others are likely forms of the same.
 */
const START_NAMES: ReadonlySet<string> = new Set([
  '*',
  'レコードの開始行',
  'new record flag',
  'start of record',
  'start of new record',
  'start row of record',
  'record start row',
]);

/** What the record number is called besides its field's code and name. */
const NUMBER_NAMES: ReadonlySet<string> = new Set(['$id', 'レコード番号', 'record number', 'record_number']);

const MOST_SUGGESTIONS = 20;

/** By code, then by name, then as `Name[Option]`, then by the names that Kintone itself gives; parts as `Field.Part`. */
export function columnNames(schema: TargetSchema): ColumnNames {
  const places = schema.fields.flatMap((field): Place[] => [
    { field, table: null },
    ...(field.fields ?? []).map((inner) => ({ field: inner, table: field })),
  ]);
  const codes = group(places, (place) => inPlace(place, [place.field.code]));
  const labels = group(places, (place) => inPlace(place, namesOf(place.field)));
  const loose = group(places, (place) =>
    inPlace(place, [place.field.code, ...namesOf(place.field)]).map(squeeze),
  );
  const number = schema.fields.find(({ kind }) => kind === 'recordNumber');

  const exactOption = optionIndex((option) => option);
  const looseOption = optionIndex(squeeze);
  let suggestions = 0;

  const exactly = (name: string): readonly Place[] => codes.get(name) ?? labels.get(name) ?? [];
  const loosely = (name: string): readonly Place[] => loose.get(squeeze(name)) ?? [];

  function ownName(name: string): NamedColumn | null {
    if (START_NAMES.has(name)) return { kind: 'start' };
    return NUMBER_NAMES.has(name) && number !== undefined ? found({ field: number, table: null }) : null;
  }

  /** A thousand options are slow to compare with: nobody reads dozens of suggestions. */
  function nearest(option: string, options: readonly string[]): string | null {
    suggestions += 1;
    return suggestions > MOST_SUGGESTIONS ? null : nearestOption(option, options);
  }

  return {
    exact: (name) => theOne(exactly(name)) ?? optionColumn(name, exactly, exactOption) ?? ownName(name),
    loose: (name) => {
      const plain = squeeze(name);
      return (
        theOne(loosely(name)) ??
        optionColumn(plain, loosely, looseOption) ??
        ownName(plain.toLowerCase()) ??
        unknownOption(name, exactly, nearest) ??
        unknownOption(plain, loosely, nearest)
      );
    },
  };
}

/** `Name[Option]`; both may hold brackets themselves, so that every one is tried. */
function optionColumn(
  name: string,
  find: (name: string) => readonly Place[],
  optionsLike: OptionIndex,
): NamedColumn | null {
  const cuts = [...splits(name)].map(([base, wanted]) => ({ places: find(base), wanted }));
  const fitting = cuts.flatMap(({ places, wanted }) =>
    places.flatMap((place) => {
      const options = optionsLike(place.field, wanted);
      return options.length === 1 ? [{ place, option: options[0] ?? '' }] : [];
    }),
  );
  const [first] = fitting;
  if (first !== undefined) {
    return fitting.length === 1
      ? found(first.place, first.option)
      : { kind: 'ambiguous', fields: fitting.map(({ place }) => place.field) };
  }
  const locked = cuts.find(({ places }) => places.length === 1 && places[0]?.field.kind === 'readOnly');
  const [place] = locked?.places ?? [];
  return place === undefined ? null : found(place);
}

/** The options of a field that are the same as one, in one way to look at them. */
type OptionIndex = (field: TargetField, wanted: string) => readonly string[];

function optionIndex(fold: (option: string) => string): OptionIndex {
  const known = new Map<TargetField, Map<string, string[]>>();
  return (field, wanted) => {
    const byForm = known.get(field) ?? new Map<string, string[]>();
    if (!known.has(field)) {
      known.set(field, byForm);
      for (const option of field.kind === 'choices' ? (field.options ?? []) : []) {
        const form = fold(option);
        byForm.set(form, [...(byForm.get(form) ?? []), option]);
      }
    }
    return byForm.get(fold(wanted)) ?? [];
  };
}

function unknownOption(
  name: string,
  find: (name: string) => readonly Place[],
  nearest: typeof nearestOption,
): NamedColumn | null {
  for (const [base, option] of splits(name)) {
    const places = find(base).filter(({ field }) => field.kind === 'choices');
    const field = places[0]?.field;
    if (field !== undefined && places.length === 1) {
      return { kind: 'unknownOption', field, option, nearest: nearest(option, field.options ?? []) };
    }
  }
  return null;
}

function* splits(name: string): Generator<readonly [string, string]> {
  if (!name.endsWith(']')) return;
  for (let at = name.indexOf('['); at > 0; at = name.indexOf('[', at + 1)) {
    yield [name.slice(0, at), name.slice(at + 1, -1)];
  }
}

/** The one field that is meant: the only one, the only one that can be written, or the only one that has values. */
function theOne(places: readonly Place[]): NamedColumn | null {
  const writable = places.filter(({ field }) => field.kind !== 'readOnly');
  const valued = writable.filter(({ field }) => field.kind !== 'table');
  const candidates = [valued, writable, places].find((some) => some.length > 0) ?? [];
  const [first] = candidates;
  if (first === undefined) return null;
  return candidates.length === 1
    ? found(first)
    : { kind: 'ambiguous', fields: candidates.map(({ field }) => field) };
}

function found({ field, table }: Place, option?: string): NamedColumn {
  const more = option === undefined ? {} : { option };
  if (table !== null) return { kind: 'field', use: { table: table.code, field: field.code, ...more }, field };
  if (field.kind === 'table') return { kind: 'field', use: { rowIdsOf: field.code }, field };
  return {
    kind: 'field',
    use: option === undefined ? field.code : { field: field.code, option },
    field,
  };
}

/** Fields of tables go by their own names, parts of objects by both: `Maker.Name`. */
function inPlace({ table }: Place, names: readonly string[]): readonly string[] {
  if (table?.kind !== 'object') return names;
  return [table.code, ...namesOf(table)].flatMap((whole) => names.map((name) => `${whole}.${name}`));
}

function namesOf(field: TargetField): readonly string[] {
  return [field.label, ...(field.otherLabels ?? [])];
}

function group(places: readonly Place[], keysOf: (place: Place) => readonly string[]): Map<string, Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    for (const key of new Set(keysOf(place))) {
      const members = groups.get(key) ?? [];
      members.push(place);
      groups.set(key, members);
    }
  }
  return groups;
}

/** Full-width and half-width forms become one, spaces around go. */
function squeeze(name: string): string {
  return name.normalize('NFKC').trim();
}
