import type { Endpoint } from '../endpoints/endpoint';
import { openTable } from '../files/openTable';
import { openRecordReader } from '../files/recordText';
import type { Row } from '../files/row';
import { createMapper } from '../mapping/createMapper';
import { layoutOf } from '../mapping/layout';
import type { Problem } from '../mapping/record';
import { rowsIn } from '../jobs/runs';
import { checkRows } from './checkRows';
import { systemClock } from './clock';
import { Patience } from './patience';
import { guaranteeOf, requestsBy } from './guarantee';
import { MAX_PLACED_PROBLEMS, placeProblems } from './placement';
import type { PlacedProblem } from './placement';
import { countRows } from './recordRows';
import { Resolver } from './resolve';
import type { CheckReport, CheckRequest } from './workerMessages';

/**
 * Checks a file against a schema, and against the live records where a target is named, without importing it. Throws
 * `ExpectedError` for a file that can't be read on, and for live records that can't be read.
 */
export async function checkFile(
  { path, read, schema, plan, timeZone, target, system = 'kintone', ledgerApp }: CheckRequest,
  endpoint: Endpoint,
  onProgress: (rows: number) => void,
): Promise<CheckReport> {
  const table = await openTable(path, read);
  const source = table.info.format === 'csv' ? await openRecordReader(path, table.info) : null;
  const layout = layoutOf(schema, plan);
  const { attachmentsFolder } = plan;
  const mapper = createMapper(schema, layout, {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(attachmentsFolder === undefined ? {} : { attachmentsFolder }),
  });
  // Nobody asks anything of a check: who is tired of it ends its thread.
  const patience = new Patience(endpoint, { orAsked: (work) => work }, systemClock);
  const resolver = new Resolver({
    schema,
    layout,
    plan,
    find: target === undefined ? null : (search) => patience.ask((signal) => endpoint.find(search, signal)),
    isForbidden: (error) => endpoint.natureOf?.(error) === 'forbidden',
    keysPerRead: endpoint.keysPerRead,
    onlyCheck: true,
  });
  const problems: PlacedProblem[] = [];
  const late = new Map<number, Problem>();
  const counts = { total: 0, invalid: 0, added: 0, updated: 0, unchanged: 0 };
  const place = async (row: Row, found: readonly Problem[]) => {
    const room = MAX_PLACED_PROBLEMS - problems.length;
    if (room === 0) return;
    const text = source === null ? null : await source.text(row);
    problems.push(...placeProblems(table.info, row, found.slice(0, room), text));
  };
  try {
    for await (const checked of checkRows(table, mapper, resolver)) {
      counts.total = checked.total;
      counts.invalid += countRows(checked.invalid);
      counts.added += checked.added;
      counts.updated += checked.updated;
      counts.unchanged += rowsIn(checked.unchanged);
      for (const { row, lastRow, fate, problem } of checked.repeated) {
        counts.invalid += lastRow - row + 1;
        counts[fate] -= lastRow - row + 1;
        late.set(row, problem);
      }
      for (const bad of checked.invalid.flatMap(({ rows }) => rows)) await place(bad.row, bad.problems);
      onProgress(counts.total);
    }
    // Known only after the last row; where they stand in the text is read once more.
    if (late.size > 0 && problems.length < MAX_PLACED_PROBLEMS) {
      for await (const rows of table.rows()) {
        for (const row of rows) {
          const problem = late.get(row.ordinal);
          if (problem !== undefined) await place(row, [problem]);
        }
      }
    }
  } finally {
    await source?.close();
  }
  const { unkeyedRows, notes } = resolver;
  const mayRead = notes.length === 0;
  const promised = { schema, layout, mode: plan.mode, ledgerApp, mayRead, unkeyedRows };
  const { guarantee } = guaranteeOf({ system: target?.system ?? system, ...promised });
  return {
    ...counts,
    unkeyedRows,
    blankKeys: { count: resolver.blankKeys, firstLine: resolver.firstBlankLine },
    requests: requestsBy(
      guarantee,
      counts.total,
      endpoint.requestsFor(schema, layout, plan.mode, counts.total, guarantee === 'ledger'),
    ),
    // Problems at live records are found later than those of the rows after them.
    problems: problems.sort((a, b) => a.line - b.line),
    notes,
  };
}
