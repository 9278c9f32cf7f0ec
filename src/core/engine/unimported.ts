import { renderMessage } from '../catalogue';
import type { TableInfo } from '../files/row';
import { readNotImported } from '../jobs/notImported';
import type { NotImported } from '../jobs/notImported';
import { rangeLookup } from '../jobs/rangeLookup';
import { REASON_COLUMN } from '../mapping/reasonColumns';
import type { Problem } from '../mapping/record';
import { translator } from '../translate';
import { MAX_PLACED_PROBLEMS, placeProblems, withHeading } from './placement';
import type { PlacedProblem } from './placement';
import { writeOut, writeRowsDocument } from './rowsDocument';
import type { RowsDocument } from './rowsDocument';
import { readRowsDefinition } from './rowsDefinition';

/** The document of the rows a job did not import, as written to `out/`. */
export interface UnimportedFile extends RowsDocument {
  /** The first problems with their places in the imported file. */
  readonly problems: readonly PlacedProblem[];
  /** Problems beyond those. */
  readonly moreProblems: number;
}

/**
 * Writes `out/unimported.csv` and `out/unimported.json` of a job that has ended, from its journal and its frozen input
 * alone; may be called again at any time. Unknown rows are left out: importing them again could double them.
 */
export async function derive(folder: string): Promise<UnimportedFile> {
  const definition = await readRowsDefinition(folder);
  const { info } = definition.source;
  const reasonOf = reasonLookup(await readNotImported(folder), reasonWords(definition.language, info));
  const problems: PlacedProblem[] = [];
  let problemCount = 0;
  const document = await writeRowsDocument(folder, info, {
    name: 'unimported.csv',
    addedColumn: REASON_COLUMN,
    tell: ({ ordinal }) => reasonOf(ordinal),
    written: async ({ row, said, documentRow, text }) => {
      problemCount += said.problems.length;
      const room = MAX_PLACED_PROBLEMS - problems.length;
      if (room <= 0 || said.problems.length === 0) return;
      const placed = placeProblems(info, row, said.problems.slice(0, room), await text());
      problems.push(...placed.map((one) => ({ ...one, documentRow })));
    },
  });
  const summary = { ...document, problems, moreProblems: problemCount - problems.length };
  await writeOut(folder, 'unimported.json', JSON.stringify(summary));
  return summary;
}

/** Of a row without a problem whose record was left out all the same. */
const COMPANION: readonly Problem[] = [{ column: null, message: { code: 'row.another' } }];

interface Reason {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Why a row was not imported, or null when it was (or may have been). Ordinals must be asked for in growing order. */
function reasonLookup(
  notImported: NotImported,
  words: (problems: readonly Problem[]) => string,
): (ordinal: number) => Reason | null {
  const unprocessedAt = rangeLookup(
    notImported.unprocessed.flatMap(({ ranges, reason }) =>
      ranges.map(([from, to]) => ({ from, to, value: reason })),
    ),
  );
  return (ordinal) => {
    const unprocessed = unprocessedAt(ordinal);
    const named = notImported.rows.get(ordinal);
    if (named) {
      const { problems } = named;
      return { text: words(problems.length > 0 ? problems : COMPANION), problems };
    }
    return unprocessed === null
      ? null
      : { text: words([{ column: null, message: unprocessed }]), problems: [] };
  };
}

/** The reasons of one row in one cell: `heading: sentence`, in the language of the job. */
function reasonWords(language: string, info: TableInfo): (problems: readonly Problem[]) => string {
  const translate = translator(language);
  const heading = ({ column, field }: Problem) => (column === null ? field : (info.header[column] ?? field));
  return (problems) =>
    problems
      .map((problem) => {
        const sentence = problem.message.verbatim ?? renderMessage(problem.message, translate);
        return withHeading(heading(problem), problem.message, sentence);
      })
      .join(' / ');
}
