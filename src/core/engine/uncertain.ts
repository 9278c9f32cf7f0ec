import type { Row, TableInfo } from '../files/row';
import { readUncertain } from '../jobs/uncertainRows';
import type { UncertainFate } from '../jobs/uncertainRows';
import { CANDIDATES_COLUMN } from '../mapping/reasonColumns';
import type { Message } from '../message';
import { placeProblems } from './placement';
import type { PlacedProblem } from './placement';
import { writeRowsDocument } from './rowsDocument';
import type { RowsDocument } from './rowsDocument';
import { readRowsDefinition } from './rowsDefinition';
import { MAX_SHOWN_ROWS } from './rowsWriter';

/** A row of which nobody knows whether it was kept; its problem says so in words. */
export interface UncertainRow extends PlacedProblem {
  /** Ids of records that it may have become; of a row that changes a record, the id of that record. */
  readonly candidates: readonly string[];
  /** It was to change a record instead of adding one. */
  readonly changes: boolean;
}

/** The document of the rows of a job that are uncertain, as written to `out/`. */
export interface UncertainFile extends Omit<RowsDocument, 'rows'> {
  /** All rows of the document. */
  readonly count: number;
  /** The first 10,000 of them, in the order of the document. */
  readonly rows: readonly UncertainRow[];
  /** Whether a person may answer for them. Else the import has ended, and they stay uncertain. */
  readonly canDecide: boolean;
}

/** A row names at most so many records. */
const MAX_CANDIDATES = 20;

/**
 * Writes `out/unknown.csv` of a job from its journal and its frozen input alone: the rows that a person has to answer
 * for, or of a job that has ended, those that have stayed uncertain. May be called again at any time.
 */
export async function deriveUncertain(folder: string): Promise<UncertainFile> {
  const { info } = (await readRowsDefinition(folder)).source;
  const { canDecide, fateOf } = await readUncertain(folder);
  const list: UncertainRow[] = [];
  const { rows: count, ...document } = await writeRowsDocument(folder, info, {
    name: 'unknown.csv',
    addedColumn: CANDIDATES_COLUMN,
    tell: ({ ordinal }) => {
      const fate = fateOf(ordinal);
      if (fate === null) return null;
      const candidates = fate.candidates.slice(0, MAX_CANDIDATES);
      return { ...fate, candidates, text: candidates.join(', ') };
    },
    written: async ({ row, said, documentRow, text }) => {
      if (list.length < MAX_SHOWN_ROWS) list.push(...listed(info, row, said, documentRow, await text()));
    },
  });
  return { ...document, count, rows: list, canDecide };
}

function listed(
  info: TableInfo,
  row: Row,
  fate: UncertainFate,
  documentRow: string,
  text: string | null,
): UncertainRow[] {
  const { candidates, changes } = fate;
  const problem = { column: null, message: uncertainMessage(fate) };
  return placeProblems(info, row, [problem], text).map((placed) => ({
    ...placed,
    documentRow,
    candidates,
    changes,
  }));
}

/** Why a row is uncertain, and what to look at. */
function uncertainMessage({ candidates, changes, why }: UncertainFate): Message {
  const ids = candidates.join(', ');
  const found = changes ? 'row.uncertain.change' : 'row.uncertain.candidates';
  const uncertain = ids === '' ? { code: 'row.uncertain' } : { code: found, args: { ids } };
  return why === null ? uncertain : { code: 'row.uncertain.why', phrases: { uncertain, why } };
}
