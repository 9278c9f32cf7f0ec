import type { SandboxRecord } from '../e2e/stage/sandbox';
import type { Case, Row } from './cases';
import { idsIn } from './cases';

/** What the product says of a job when it has ended, in its own words: its summary and its two documents. */
export interface Account {
  readonly summary: Summary;
  /** Rows that the document of rows not imported names. */
  readonly unimported: ReadonlySet<string>;
  /** Rows that the document of uncertain rows names. */
  readonly uncertain: ReadonlySet<string>;
}

/** The last line of `--json`. */
export interface Summary {
  readonly jobId: string;
  readonly status: string;
  readonly total: number | null;
  readonly imported: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly unimported: number;
  readonly unknown: number;
  /** Records that the product says to be there twice. */
  readonly twins?: number | null;
}

/** What was found at the endpoint. */
export interface Finding {
  readonly rows: number;
  /** Said to be there, and not there. */
  readonly lost: number;
  /** There more than once, or there although it is said to be not imported: importing it again would double it. */
  readonly doubled: number;
  /** There more than once because the network delivered a request twice, and the product says so. */
  readonly twins: number;
  /** Said to be uncertain. */
  readonly unknown: number;
  /** There with other values than those of the file, or an edit of somebody else is gone. */
  readonly wrong: number;
  /** Said to be not imported. */
  readonly unimported: number;
  /** What is wrong, in words; nothing when all is as it has to be. */
  readonly problems: readonly string[];
}

export interface Evidence {
  readonly kind: Case;
  readonly rows: readonly Row[];
  readonly records: readonly SandboxRecord[];
  readonly account: Account;
  /** The network delivers some requests twice: only then may records be twins that the product tells of. */
  readonly duplicates?: boolean;
  /** Values that somebody else gave to fields of a row after the import had written it, by row and heading. */
  readonly edits?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const SHOWN = 5;

/** Compares row by row what the product says with what the endpoint has. Knows nothing of the journal. */
export function examine({ kind, rows, records, account, edits, duplicates = false }: Evidence): Finding {
  const problems: string[] = [];
  const found = byRow(kind, records, problems);
  let lost = 0;
  let doubled = 0;
  let twins = 0;
  let wrong = 0;
  // Ended before its rows were counted: all of them are to be not imported.
  const neverCounted = account.summary.total === null;
  const mayHaveTwins = duplicates && kind.guarantee === 'readBack';
  const told = account.summary.twins ?? 0;
  const tell = (text: string) => problems.push(text);
  for (const row of rows) {
    const there = found.get(row.id) ?? [];
    const state = stateOf(kind, row, there, edits?.get(row.id));
    const isUncertain = account.uncertain.has(row.id);
    if (there.length > 1 && mayHaveTwins && twins < told) {
      twins++;
    } else if (there.length > 1) {
      doubled++;
      tell(`${row.id} is there ${there.length} times`);
    } else if (neverCounted || account.unimported.has(row.id)) {
      // An edit of somebody else makes a row that can't be told from one that was not changed by us.
      if (isUncertain || state === 'asInFile') {
        doubled++;
        tell(`${row.id} is there, and said to be not imported`);
      }
    } else if (!isUncertain && state === 'missing') {
      lost++;
      tell(`${row.id} is said to be imported, and not there`);
    } else if (!isUncertain && state === 'other') {
      wrong++;
      tell(`${row.id} has other values: ${JSON.stringify(there)}`);
    }
    if (state === 'overwritten') {
      wrong++;
      tell(`an edit of ${row.id} is overwritten: ${JSON.stringify(there)}`);
    }
  }
  const expected = new Set(rows.map(({ id }) => id));
  for (const id of found.keys()) if (!expected.has(id)) tell(`${id} is of no row of this file`);
  if (told > twins) tell(`${told} records are said to be there twice, ${twins} are`);
  problems.push(...sumsOf(account, rows.length));
  return {
    rows: rows.length,
    lost,
    doubled,
    twins,
    unknown: account.summary.unknown,
    wrong,
    unimported: account.unimported.size,
    problems: problems.length > SHOWN ? [...problems.slice(0, SHOWN), `… ${problems.length}`] : problems,
  };
}

type RowState = 'missing' | 'before' | 'asInFile' | 'other' | 'overwritten';

function stateOf(
  { cells, before, header }: Case,
  row: Row,
  there: readonly (readonly string[])[],
  edits: ReadonlyMap<string, string> | undefined,
): RowState {
  const [values] = there;
  if (values === undefined) return 'missing';
  const was = before && (before.has?.(row) ?? true) ? before : undefined;
  if (edits !== undefined) {
    const kept = header.every((name, index) => !edits.has(name) || values[index] === edits.get(name));
    return kept ? 'before' : 'overwritten';
  }
  if (same(values, cells(row))) return 'asInFile';
  const old = was === undefined ? undefined : wasOf(was.cells(row), was.header, header, values);
  // A row that changes records is lost when its record is as it was.
  return old !== undefined && same(values, old) ? 'missing' : 'other';
}

/** What was there before, in the columns of the file; a column that it did not have is as it is now. */
function wasOf(
  cells: readonly string[],
  wasHeader: readonly string[],
  header: readonly string[],
  now: readonly string[],
): readonly string[] {
  return header.map((name, index) => cells[wasHeader.indexOf(name)] ?? now[index] ?? '');
}

function byRow(
  { valuesOf }: Case,
  records: readonly SandboxRecord[],
  problems: string[],
): Map<string, (readonly string[])[]> {
  const found = new Map<string, (readonly string[])[]>();
  for (const record of records) {
    const values = valuesOf(record);
    const ids = idsIn(values.join('\n'));
    const [id] = ids;
    if (id === undefined) continue;
    if (ids.size > 1) problems.push(`a record is of several rows: ${values.join(' ')}`);
    found.set(id, [...(found.get(id) ?? []), values]);
  }
  return found;
}

/** At the end every row has one verdict, and the documents name as many as the summary counts. */
function sumsOf({ summary, unimported, uncertain }: Account, rows: number): string[] {
  const problems: string[] = [];
  const { status, total, imported, updated, unchanged, unknown } = summary;
  const sum = imported + updated + unchanged + summary.unimported + unknown;
  if (total === null && status !== 'canceled' && status !== 'failed') {
    problems.push(`${status} without a count of its rows`);
  } else if (total !== null && (total !== rows || sum !== rows)) {
    problems.push(`${rows} rows, counted ${total}, sum ${sum}: ${JSON.stringify(summary)}`);
  }
  if (total !== null && unimported.size !== summary.unimported) {
    problems.push(`${summary.unimported} rows are counted as not imported, ${unimported.size} are listed`);
  }
  if (uncertain.size !== unknown) {
    problems.push(`${unknown} rows are counted as uncertain, ${uncertain.size} are listed`);
  }
  return problems;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
