import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { renderMessage } from '../catalogue';
import { openTable } from '../files/openTable';
import { openRecordReader } from '../files/recordText';
import type { RecordReader } from '../files/recordText';
import type { Row, TableInfo } from '../files/row';
import { inputPath, readAgain } from '../jobs/jobFolder';
import { readNotImported } from '../jobs/notImported';
import type { NotImported } from '../jobs/notImported';
import type { Problem } from '../mapping/record';
import { translator } from '../translate';
import { MAX_PLACED_PROBLEMS, placeProblems, withHeading } from './placement';
import type { PlacedProblem } from './placement';
import { readRowsDefinition } from './rowsDefinition';
import { documentForm, UnimportedWriter } from './unimportedWriter';
import type { DocumentForm } from './unimportedWriter';

/** The document of the rows a job did not import, as written to `out/`. */
export interface UnimportedFile extends DocumentForm {
  readonly path: string;
  readonly rows: number;
  /** The part at the start of the file that an editor may show. */
  readonly shown: { readonly rows: number; readonly bytes: number };
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
  const notImported = await readNotImported(folder);
  const { info } = definition.source;
  const table = await openTable(inputPath(folder), readAgain(info));
  const out = path.join(folder, 'out');
  await mkdir(out, { recursive: true });
  const file = path.join(out, 'unimported.csv');
  // Others may do the same at this moment: each writes files of its own, and all of them the same.
  const part = path.join(out, `${randomBytes(6).toString('hex')}.part`);
  const source = info.format === 'csv' ? await openRecordReader(inputPath(folder), info) : null;
  const writer = await UnimportedWriter.create(part, info, source);
  const problems: PlacedProblem[] = [];
  let problemCount = 0;
  try {
    await writer.header();
    const reasonOf = reasonLookup(notImported, reasonWords(definition.language, info));
    for await (const rows of table.rows()) {
      for (const row of rows) {
        const reason = reasonOf(row.ordinal);
        if (reason === null) continue;
        await writer.row(row, reason.text);
        problemCount += reason.problems.length;
        const room = MAX_PLACED_PROBLEMS - problems.length;
        if (room > 0)
          problems.push(...(await placed(row, reason.problems.slice(0, room), info, source, writer)));
      }
    }
    await writer.flush();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  } finally {
    await writer.close();
    await source?.close();
  }
  await rename(part, file);
  const summary = {
    path: file,
    rows: writer.rows,
    ...documentForm(info),
    shown: writer.shown,
    problems,
    moreProblems: problemCount - problems.length,
  };
  await writeFile(part, JSON.stringify(summary));
  await rename(part, path.join(out, 'unimported.json'));
  return summary;
}

async function placed(
  row: Row,
  problems: readonly Problem[],
  info: TableInfo,
  source: RecordReader | null,
  writer: UnimportedWriter,
): Promise<PlacedProblem[]> {
  if (problems.length === 0) return [];
  const text = source === null ? null : await source.text(row);
  return placeProblems(info, row, problems, text).map((one) => ({ ...one, documentRow: writer.lineOf(row) }));
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
  const ranges = notImported.unprocessed
    .flatMap(({ ranges: list, reason }) => list.map(([from, to]) => ({ from, to, reason })))
    .sort((a, b) => a.from - b.from);
  let next = 0;
  return (ordinal) => {
    const named = notImported.rows.get(ordinal);
    if (named) {
      const { problems } = named;
      return { text: words(problems.length > 0 ? problems : COMPANION), problems };
    }
    for (let range = ranges[next]; range && range.to < ordinal; range = ranges[next]) next++;
    const range = ranges[next];
    if (!range || ordinal < range.from) return null;
    return { text: words([{ column: null, message: range.reason }]), problems: [] };
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
