import type { LiveRecord, RecordSearch } from '../endpoints/endpoint';
import { keyNormalizer } from '../mapping/keys';
import type { KeyNormalizer } from '../mapping/keys';
import type { LayoutField, RecordLayout } from '../mapping/layout';
import { mappingMessage, Refusal, shorten } from '../mapping/refusal';
import type { ImportPlan } from '../mapping/plan';
import type { ImportRecord, Problem } from '../mapping/record';
import { keyFields } from '../mapping/schema';
import type { TargetField, TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import { missingForNew } from '../mapping/required';
import { KeyIndex, changesOf } from './interim';
import { Resolutions } from './resolutions';

export interface ResolverParts {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly plan: ImportPlan;
  /** Asks the endpoint; null when something was asked of the job meanwhile. Without it no live record is looked at. */
  readonly find: ((search: RecordSearch) => Promise<readonly LiveRecord[] | null>) | null;
  readonly keysPerRead: number;
  /** Whether a check alone is made: then rows without a key are never a reason to end it. */
  readonly onlyCheck?: boolean;
}

/** What was found out about some records; all in file order, but for refused ones. */
export interface Resolved {
  readonly refused: RefusedRecord[];
  readonly unchanged: ImportRecord[];
  readonly added: ImportRecord[];
  readonly updated: ImportRecord[];
}

export interface RefusedRecord {
  readonly record: ImportRecord;
  /** By the ordinal of the row. */
  readonly problems: ReadonlyMap<number, readonly Problem[]>;
}

/** A field whose values must differ. */
interface Unique {
  readonly index: number;
  readonly at: LayoutField;
  readonly normalize: KeyNormalizer;
  readonly seen: KeyIndex;
  /** Live records can be found by it. */
  readonly searchable: boolean;
}

interface Group {
  readonly records: readonly ImportRecord[];
  readonly found: Promise<Found | null>;
}

/** Live records by key, or, when rows are only added, who has the values already, by field. */
interface Found {
  readonly byKey: ReadonlyMap<string, LiveRecord>;
  readonly taken: ReadonlyMap<Unique, ReadonlyMap<string, LiveRecord>>;
}

/** So many reads may be under way. Far below what a domain allows, and enough to hide the way there and back. */
const READS_AT_A_TIME = 4;

/**
 * The second half of checking: keys and values that repeat inside the file, and what the live records make of each
 * record: refused, unchanged, changing one, or new. Records come in file order.
 */
export class Resolver {
  readonly resolutions = new Resolutions();
  /** Records without a key so far. */
  blankKeys = 0;
  firstBlankLine: number | null = null;
  readonly #parts: ResolverParts;
  readonly #uniques: readonly Unique[];
  readonly #keys: KeyIndex | null;
  readonly #missing: readonly Problem[];
  #open: ImportRecord[] = [];
  #groups: Group[] = [];

  constructor(parts: ResolverParts) {
    const { layout, plan, schema } = parts;
    this.#parts = parts;
    this.#keys = layout.key === null || plan.mode === 'add' ? null : new KeyIndex();
    this.#uniques = uniquesOf(schema, layout, this.#keys !== null);
    this.#missing = plan.mode === 'addOrUpdate' ? missingProblems(schema, layout) : [];
  }

  /** Ordinal of the first row that is not decided yet; null when all are. */
  get firstOpen(): number | null {
    return (this.#groups[0]?.records ?? this.#open)[0]?.row ?? null;
  }

  /**
   * Takes records in and answers what is known by now, of these or earlier ones; null when something was asked of the
   * job meanwhile. `lineOf` says where a record stands in the file. Throws `ExpectedError`.
   */
  async take(
    records: readonly ImportRecord[],
    lineOf: (record: ImportRecord) => number | undefined,
  ): Promise<Resolved | null> {
    const resolved = nothing();
    for (const record of records) {
      const line = lineOf(record) ?? record.row;
      if (record.key === '') this.#countBlankKey(line);
      const problems = this.#inFile(record, line);
      if (problems.length > 0) refuse(resolved, record, problems);
      else if (!this.#asks) this.#decideAlone(record, resolved);
      else if (this.#open.push(record) >= this.#parts.keysPerRead && !(await this.#ask(resolved)))
        return null;
    }
    return resolved;
  }

  /** What was still open at the end of the file. */
  async end(): Promise<Resolved | null> {
    const resolved = nothing();
    if (this.#open.length > 0 && !(await this.#ask(resolved))) return null;
    while (this.#groups.length > 0) if (!(await this.#decideFirst(resolved))) return null;
    return resolved;
  }

  get #asks(): boolean {
    const { find } = this.#parts;
    return find !== null && (this.#keys !== null || this.#uniques.some(({ searchable }) => searchable));
  }

  #countBlankKey(line: number): void {
    this.blankKeys++;
    this.firstBlankLine ??= line;
    const { mode, blankKeys = 'refuse' } = this.#parts.plan;
    if (mode === 'addOrUpdate' && blankKeys === 'refuse' && this.#parts.onlyCheck !== true) {
      throw new ExpectedError({ code: 'job.blankKey', args: { line } });
    }
  }

  /** What the file and the plan alone say against a record. */
  #inFile(record: ImportRecord, line: number): Problem[] {
    const problems: Problem[] = [];
    const { layout, plan } = this.#parts;
    const { key } = layout;
    if (this.#keys !== null && key !== null) {
      const { key: value = '' } = record;
      if (value === '') {
        const reason = blankKeyReason(plan, key.field);
        if (reason !== null) return [this.#keyProblem(record, reason)];
      } else {
        const first = this.#keys.add(value, line);
        if (first !== null) {
          const args = { value: shorten(value), line: first };
          problems.push(this.#keyProblem(record, mappingMessage('key.repeated', args)));
        }
      }
    }
    for (const { index, at, normalize, seen } of this.#uniques) {
      const value = textOf(record, index, normalize);
      const first = value === '' ? null : seen.add(value, line);
      if (first !== null) {
        const args = { field: at.field.label, value: shorten(value), line: first };
        problems.push(cellProblem(at, value, mappingMessage('value.repeated', args)));
      }
    }
    return problems;
  }

  /** Without live records: every record is what the mode says. */
  #decideAlone(record: ImportRecord, resolved: Resolved): void {
    if (this.#parts.plan.mode === 'update') resolved.updated.push(record);
    else this.#addNew(record, resolved);
  }

  /** Looks the open records up. Groups are decided in order, while some more are being read. */
  async #ask(resolved: Resolved): Promise<boolean> {
    const records = this.#open;
    this.#open = [];
    const found = this.#find(records);
    // It is awaited when its turn comes; until then a failure must not look unheard.
    found.catch(() => undefined);
    this.#groups.push({ records, found });
    return this.#groups.length < READS_AT_A_TIME || this.#decideFirst(resolved);
  }

  async #decideFirst(resolved: Resolved): Promise<boolean> {
    const [group] = this.#groups;
    const found = await group?.found;
    if (group === undefined || found === undefined || found === null) return false;
    this.#groups = this.#groups.slice(1);
    for (const record of group.records) this.#decide(record, found, resolved);
    return true;
  }

  async #find(records: readonly ImportRecord[]): Promise<Found | null> {
    const { schema, layout } = this.#parts;
    const byKey = new Map<string, LiveRecord>();
    const taken = new Map<Unique, Map<string, LiveRecord>>();
    if (this.#keys !== null && layout.key !== null) {
      const values = records.flatMap(({ key = '' }) => (key === '' ? [] : [key]));
      const live = await this.#search({ schema, key: layout.key.field.code, values, layout });
      if (live === null) return null;
      for (const one of live) byKey.set(one.key, one);
      return { byKey, taken };
    }
    for (const unique of this.#uniques.filter(({ searchable }) => searchable)) {
      const texts = records.map((record) => textOf(record, unique.index, unique.normalize));
      const values = texts.filter((value) => value !== '');
      const live = await this.#search({ schema, key: unique.at.field.code, values, layout: null });
      if (live === null) return null;
      taken.set(unique, new Map(live.map((one) => [one.key, one])));
    }
    return { byKey, taken };
  }

  async #search(search: RecordSearch): Promise<readonly LiveRecord[] | null> {
    return search.values.length === 0 ? [] : ((await this.#parts.find?.(search)) ?? null);
  }

  #decide(record: ImportRecord, { byKey, taken }: Found, resolved: Resolved): void {
    if (this.#keys === null) {
      const problems = this.#takenValues(record, taken);
      if (problems.length > 0) refuse(resolved, record, problems);
      else resolved.added.push(record);
      return;
    }
    const live = record.key === undefined || record.key === '' ? undefined : byKey.get(record.key);
    if (live !== undefined) this.#change(record, live, resolved);
    else if (record.key !== '' && !this.#mayAddUnknownKeys) {
      refuse(resolved, record, [this.#keyProblem(record, { code: 'row.keyNotFound' })]);
    } else this.#addNew(record, resolved);
  }

  /** A record number is given by the endpoint: one that is nowhere can't be made. */
  get #mayAddUnknownKeys(): boolean {
    const { plan, layout } = this.#parts;
    return plan.mode === 'addOrUpdate' && layout.key?.field.kind !== 'recordNumber';
  }

  #change(record: ImportRecord, live: LiveRecord, resolved: Resolved): void {
    const changes = changesOf(this.#parts.layout, record, live);
    if (changes === null) resolved.unchanged.push(record);
    else if (changes.problems !== undefined && changes.problems.length > 0) {
      refuse(resolved, record, changes.problems);
    } else {
      this.resolutions.add(record, { id: live.id, revision: live.revision }, changes.values);
      resolved.updated.push(record);
    }
  }

  #addNew(record: ImportRecord, resolved: Resolved): void {
    if (this.#missing.length > 0) refuse(resolved, record, this.#missing);
    else resolved.added.push(record);
  }

  #takenValues(record: ImportRecord, taken: Found['taken']): Problem[] {
    return [...taken].flatMap(([{ index, at, normalize }, live]) => {
      const value = textOf(record, index, normalize);
      const one = value === '' ? undefined : live.get(value);
      return one === undefined ? [] : [cellProblem(at, value, { code: 'row.exists', args: { id: one.id } })];
    });
  }

  #keyProblem({ key = '' }: ImportRecord, message: Message): Problem {
    const at = this.#parts.layout.key;
    return {
      column: at?.column ?? null,
      ...(at === null ? {} : { field: at.field.code }),
      ...(key === '' ? {} : { value: shorten(key) }),
      message,
    };
  }
}

function nothing(): Resolved {
  return { refused: [], unchanged: [], added: [], updated: [] };
}

function refuse(resolved: Resolved, record: ImportRecord, problems: readonly Problem[]): void {
  resolved.refused.push({ record, problems: new Map([[record.row, problems]]) });
}

/** Why a record without a key is left out; null when it makes a new one. */
function blankKeyReason({ mode, blankKeys }: ImportPlan, field: TargetField): Message | null {
  if (mode === 'update') return mappingMessage('key.blank', { field: field.label });
  return blankKeys === 'skip' ? { code: 'row.keySkipped' } : null;
}

/** Fields that allow no duplicates; the key is looked after apart. */
function uniquesOf(schema: TargetSchema, layout: RecordLayout, hasKey: boolean): Unique[] {
  const searchable = keyFields(schema);
  return layout.fields.flatMap((at, index): Unique[] => {
    const { field } = at;
    if (!field.unique || (hasKey && layout.key?.index === index)) return [];
    const normalize = keyNormalizer(field, schema);
    return [{ index, at, normalize, seen: new KeyIndex(), searchable: searchable.includes(field) }];
  });
}

/** A value in the form in which values are compared; empty when there is none. */
function textOf({ values }: ImportRecord, index: number, normalize: KeyNormalizer): string {
  const value = values[index];
  const text = typeof value === 'string' ? normalize(value) : '';
  return text instanceof Refusal ? '' : text;
}

function cellProblem({ field, columns }: LayoutField, value: string, message: Message): Problem {
  return { column: columns[0] ?? null, field: field.code, value: shorten(value), message };
}

function missingProblems(schema: TargetSchema, layout: RecordLayout): Problem[] {
  return missingForNew(schema, layout).map((field) => ({
    column: null,
    field: field.code,
    message: mappingMessage('value.requiredWithoutColumn', { field: field.label }),
  }));
}
