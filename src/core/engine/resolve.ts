import type { LiveRecord, RecordSearch } from '../endpoints/endpoint';
import type { Row } from '../files/row';
import type { RecordBefore } from '../jobs/records';
import { asNew, changesOf } from '../mapping/changes';
import type { ChangeProblem } from '../mapping/changes';
import type { RecordLayout } from '../mapping/layout';
import { addsRecords } from '../mapping/plan';
import type { ImportPlan } from '../mapping/plan';
import type { ImportRecord, Problem, RecordProblems } from '../mapping/record';
import { mappingMessage } from '../mapping/refusal';
import type { TargetSchema } from '../mapping/schema';
import { ExpectedError } from '../message';
import type { Message } from '../message';
import { FileKeys, isBlank, keyProblem } from './fileKeys';
import type { RepeatedKey } from './fileKeys';
import type { LostRecord, Standing } from './lostRecords';
import { beforeOf, changeOnceMore } from './recordBefore';
import { countRows } from './recordRows';
import { Resolutions } from './resolutions';
import { UniqueValues } from './uniqueValues';
import type { TakenValues } from './uniqueValues';

export interface ResolverParts {
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
  readonly plan: ImportPlan;
  /** Asks the endpoint; null when something was asked of the job meanwhile. Without it no live record is looked at. */
  readonly find: ((search: RecordSearch) => Promise<readonly LiveRecord[] | null>) | null;
  /** Whether what `find` threw means that the sign-in may not view records; never, when absent. */
  readonly isForbidden?: (error: unknown) => boolean;
  readonly keysPerRead: number;
  /** How a record stands when the check is made once more; `open` when absent. */
  readonly standingOf?: (record: ImportRecord) => Standing;
  /** What a record of a lost request held that this row was to change; not known when absent. */
  readonly beforeOf?: (row: number) => RecordBefore | undefined;
  /** Records that are to be kept in `watched`; none when absent. */
  readonly isWatched?: (record: ImportRecord) => boolean;
  /** Whether a check alone is made: then rows without a key are never a reason to end it. */
  readonly onlyCheck?: boolean;
}

/** What was found out about some records; all in file order, but for refused ones. */
export interface Resolved {
  readonly refused: RefusedRecord[];
  readonly unchanged: ImportRecord[];
  readonly added: ImportRecord[];
  readonly updated: ImportRecord[];
  /** What the records hold that are to be changed. */
  readonly before: RecordBefore[];
}

export interface RefusedRecord {
  readonly record: ImportRecord;
  /** By the ordinal of the row. */
  readonly problems: ReadonlyMap<number, readonly Problem[]>;
}

interface Group {
  readonly records: readonly ImportRecord[];
  readonly found: Promise<Found | null>;
}

/** Live records by key, and by the values that must differ. */
interface Found {
  readonly byKey: ReadonlyMap<string, LiveRecord>;
  readonly taken: TakenValues;
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
  /** What could not be looked at. */
  notes: readonly Message[] = [];
  /** Records whose request got no answer. */
  readonly lost: LostRecord[] = [];
  readonly watched: ImportRecord[] = [];
  /** Rows of new records in which every field without duplicates is blank. */
  unkeyedRows = 0;
  readonly #parts: ResolverParts;
  readonly #inFile: FileKeys;
  readonly #values: UniqueValues;
  readonly #asks: boolean;
  #open: ImportRecord[] = [];
  #groups: Group[] = [];

  constructor(parts: ResolverParts) {
    this.#parts = parts;
    this.#inFile = new FileKeys(parts.schema, parts.layout);
    const { key, uniques } = this.#inFile;
    this.#values = new UniqueValues(uniques);
    this.#asks = parts.find !== null && (key !== null || this.#values.searchable);
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
      const standing = this.#standingOf(record);
      if (this.#parts.isWatched?.(record) === true) this.watched.push(record);
      const blank = standing === 'open' && record.key === '' ? this.#blankKey(line) : null;
      const problems = this.#inFile.problemsOf(record, line);
      if (standing === 'decided') continue;
      if (standing === 'lostNew') this.lost.push({ record: this.#asSent(record) });
      else if (standing === 'new') this.#addNew(record, resolved);
      else if (blank !== null) this.#refuse(resolved, record, [this.#keyProblem(record, blank)]);
      else if (problems.length > 0) this.#refuse(resolved, record, problems);
      else if (!this.#asks) this.#decideAlone(record, resolved);
      else if (this.#open.push(record) >= this.#parts.keysPerRead && !(await this.#ask(resolved)))
        return null;
    }
    return resolved;
  }

  /**
   * Takes in a record that has problems already, and its first row. Those without a key are counted with the others, and
   * one that is to be left out for that gets no other reason. Throws `ExpectedError`.
   */
  takeInvalid(record: RecordProblems, first: Row): RecordProblems {
    const { key } = this.#inFile;
    if (key === null) return record;
    if (isBlank(first.cells[key.column])) {
      const message = this.#blankKey(first.line);
      return message?.code === 'row.keySkipped'
        ? { ...record, rows: [{ row: first, problems: [keyProblem(key, '', message)] }] }
        : record;
    }
    const problem = this.#inFile.problemOfInvalid(record, first);
    return problem === null ? record : withProblem(record, first, problem);
  }

  /** What was still open at the end of the file. */
  async end(): Promise<Resolved | null> {
    const resolved = nothing();
    if (this.#open.length > 0 && !(await this.#ask(resolved))) return null;
    while (this.#groups.length > 0) if (!(await this.#decideFirst(resolved))) return null;
    return resolved;
  }

  /** After the end: records whose key came again later on. Nobody knows which of the rows is meant. */
  repeated(): RepeatedKey[] {
    return this.#inFile.repeated();
  }

  /** Why a record without a key is left out; null when it makes a new one. */
  #blankKey(line: number): Message | null {
    this.blankKeys++;
    this.firstBlankLine ??= line;
    const { plan, layout, onlyCheck = false } = this.#parts;
    if (plan.mode === 'add') return null;
    if (!addsRecords(plan.mode)) {
      return mappingMessage('key.blank', { field: layout.key?.field.label ?? '' });
    }
    switch (plan.blankKeys ?? 'refuse') {
      case 'add':
        return null;
      case 'skip':
        return { code: 'row.keySkipped' };
      case 'refuse':
        if (onlyCheck) return null;
        throw new ExpectedError({ code: 'job.blankKey', args: { line } });
    }
  }

  /** Without live records: every record is what the mode says. */
  #decideAlone(record: ImportRecord, resolved: Resolved): void {
    if (addsRecords(this.#parts.plan.mode)) this.#addNew(record, resolved);
    else {
      this.#inFile.decided(record, 'updated');
      resolved.updated.push(record);
    }
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
    for (const record of group.records) {
      const standing = this.#standingOf(record);
      const isLost = standing === 'lostUpdate' || standing === 'sameChange';
      if (!isLost || !this.#changeAgain(record, standing, found)) this.#decide(record, found, resolved);
    }
    return true;
  }

  #standingOf(record: ImportRecord): Standing {
    return this.#parts.standingOf?.(record) ?? 'open';
  }

  /** A record that was to change another goes on to do so with the revision that was read first, if that is known. */
  #changeAgain(record: ImportRecord, standing: 'lostUpdate' | 'sameChange', found: Found): boolean {
    const before = this.#parts.beforeOf?.(record.row);
    const live = found.byKey.get(record.key ?? '');
    const sent = before && changeOnceMore(this.#parts.layout, record, before, live);
    if (sent?.update) this.resolutions.add(record, sent.update, sent.values);
    if (standing === 'lostUpdate') this.lost.push(sent ? { record: sent } : { record, obscure: true });
    return standing === 'lostUpdate' || Boolean(sent);
  }

  #asSent(record: ImportRecord): ImportRecord {
    const { schema, layout } = this.#parts;
    return { ...record, values: asNew(schema, layout, record).values };
  }

  async #find(records: readonly ImportRecord[]): Promise<Found | null> {
    const { schema, layout } = this.#parts;
    const { key } = this.#inFile;
    if (key !== null) {
      const values = records.map((record) => record.key ?? '');
      const live = await this.#search({ schema, key: key.field.code, values, layout });
      if (live === null) return null;
      const byKey = new Map(live.map((one) => [one.key, one]));
      const taken = await this.#findTaken(records, byKey);
      return taken && { byKey, taken };
    }
    const byKey = new Map<string, LiveRecord>();
    const taken = await this.#findTaken(records, byKey).catch((error: unknown) =>
      this.#withoutLooking(error),
    );
    return taken && { byKey, taken };
  }

  async #findTaken(records: readonly ImportRecord[], byKey: Found['byKey']): Promise<TakenValues | null> {
    const { schema, plan } = this.#parts;
    // What the sign-in may not do it may not do the next time either.
    if (this.notes.length > 0) return new Map();
    const mayAdd = addsRecords(plan.mode);
    const liveOf = (record: ImportRecord) => byKey.get(record.key ?? '') ?? (mayAdd ? undefined : null);
    return this.#values.find(records, liveOf, (search) => this.#search({ schema, layout: null, ...search }));
  }

  /** Adding takes no right to view: what exists already is then refused by the endpoint itself. */
  #withoutLooking(error: unknown): TakenValues {
    if (this.#parts.isForbidden?.(error) !== true) throw error;
    this.notes = [{ code: 'job.notLookedFor' }];
    return new Map();
  }

  async #search(search: RecordSearch): Promise<readonly LiveRecord[] | null> {
    const values = search.values.filter((value) => value !== '');
    return values.length === 0 ? [] : ((await this.#parts.find?.({ ...search, values })) ?? null);
  }

  #decide(record: ImportRecord, { byKey, taken }: Found, resolved: Resolved): void {
    const { key = '' } = record;
    const live = key === '' ? undefined : byKey.get(key);
    if (live === undefined && key !== '' && !this.#mayAddUnknownKeys) {
      this.#refuse(resolved, record, [this.#keyProblem(record, { code: 'row.keyNotFound' })]);
      return;
    }
    const problems = this.#values.problemsOf(record, taken, live);
    if (problems.length > 0) this.#refuse(resolved, record, problems);
    else if (live !== undefined) this.#change(record, live, resolved);
    else this.#addNew(record, resolved);
  }

  /** A record number is given by the endpoint: one that is nowhere can't be made. */
  get #mayAddUnknownKeys(): boolean {
    const { plan, layout } = this.#parts;
    return addsRecords(plan.mode) && layout.key?.field.kind !== 'recordNumber';
  }

  #change(record: ImportRecord, live: LiveRecord, resolved: Resolved): void {
    const changes = changesOf(this.#parts.layout, record, live);
    if (changes?.problems !== undefined) this.#refuseChanges(resolved, record, changes.problems);
    else {
      if (changes !== null) {
        this.resolutions.add(record, live, changes.values);
        resolved.before.push(beforeOf(record, live, changes.values));
        this.#values.free(record, live);
      }
      this.#inFile.decided(record, changes === null ? 'unchanged' : 'updated');
      resolved[changes === null ? 'unchanged' : 'updated'].push(record);
    }
  }

  #addNew(record: ImportRecord, resolved: Resolved): void {
    const { plan, schema, layout } = this.#parts;
    // When rows are only added, the mapper has said so already.
    const problems = plan.mode === 'add' ? undefined : asNew(schema, layout, record).problems;
    if (problems !== undefined) this.#refuseChanges(resolved, record, problems);
    else {
      this.#inFile.decided(record, 'added');
      if (!this.#inFile.isKeyed(record)) this.unkeyedRows += countRows([record]);
      resolved.added.push(record);
    }
  }

  #refuse(resolved: Resolved, record: ImportRecord, problems: readonly Problem[]): void {
    resolved.refused.push({ record, problems: new Map([[record.row, problems]]) });
  }

  #refuseChanges(resolved: Resolved, record: ImportRecord, found: readonly ChangeProblem[]): void {
    const problems = new Map<number, Problem[]>();
    for (const { row, problem } of found) problems.set(row, [...(problems.get(row) ?? []), problem]);
    resolved.refused.push({ record, problems });
  }

  #keyProblem({ key = '' }: ImportRecord, message: Message): Problem {
    const at = this.#parts.layout.key;
    return at === null ? { column: null, message } : keyProblem(at, key, message);
  }
}

/** One more problem at the first row. */
function withProblem(record: RecordProblems, row: Row, problem: Problem): RecordProblems {
  const own = record.rows.find((one) => one.row === row)?.problems ?? [];
  const others = record.rows.filter((one) => one.row !== row);
  return { ...record, rows: [{ row, problems: [...own, problem] }, ...others] };
}

function nothing(): Resolved {
  return { refused: [], unchanged: [], added: [], updated: [], before: [] };
}
