import { makeCsv } from './makeInputs';
import { importWith } from './sameFileTwoImporters';
import type { Importer, Importing } from './sameFileTwoImporters';

/** One line of the comparison: medians of both command lines on the same file, taken in turns. */
export interface Comparison {
  readonly what: string;
  readonly official: Importing;
  readonly ours: Importing;
}

interface Case {
  readonly what: string;
  readonly rows: number;
  readonly latencyMs: number;
  readonly badEvery?: number;
}

/** The official command line and ours, side by side; `repeats` runs each, in turns. */
export async function compareImporters(
  folder: string,
  scale: number,
  repeats: number,
): Promise<Comparison[]> {
  const many = 500_000 / scale;
  const cases: Case[] = [
    { what: '10,000 rows', rows: 10_000, latencyMs: 0 },
    { what: '10,000 rows at 100 ms a request', rows: 10_000, latencyMs: 100 },
    { what: '10,000 rows, one bad one in each hundred', rows: 10_000, latencyMs: 100, badEvery: 100 },
    { what: `${many.toLocaleString('en')} rows`, rows: many, latencyMs: 0 },
  ];
  const comparisons: Comparison[] = [];
  for (const { what, rows, latencyMs, badEvery = 0 } of cases) {
    const { file } = await makeCsv(folder, rows, { badEvery });
    const runs: Record<Importer, Importing[]> = { official: [], ours: [] };
    for (let i = 0; i < repeats; i++) {
      for (const importer of ['official', 'ours'] as const) {
        const run = await importWith(importer, file, latencyMs);
        runs[importer].push(run);
        console.log(`  ${what}, ${importer}: ${run.seconds.toFixed(1)} s`);
      }
    }
    comparisons.push({ what, official: medianOf(runs.official), ours: medianOf(runs.ours) });
  }
  return comparisons;
}

/** The median of each figure by itself. */
function medianOf(runs: readonly Importing[]): Importing {
  const median = (figure: keyof Importing) =>
    runs.map((run) => run[figure]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN;
  return {
    exitCode: median('exitCode'),
    seconds: median('seconds'),
    cpuSeconds: median('cpuSeconds'),
    rssMb: median('rssMb'),
    requests: median('requests'),
    stored: median('stored'),
  };
}

/** The comparisons as a table for people. */
export function tableOf(comparisons: readonly Comparison[]): string {
  const head = ['', 'wall s', 'CPU s', 'peak MB', 'requests', 'stored', 'exit'];
  const line = (what: string, { seconds, cpuSeconds, rssMb, requests, stored, exitCode }: Importing) => [
    what,
    seconds.toFixed(2),
    cpuSeconds.toFixed(2),
    rssMb.toFixed(0),
    String(requests),
    stored.toLocaleString('en'),
    String(exitCode),
  ];
  const lines = comparisons.flatMap(({ what, official, ours }) => [
    line(`${what}: official CLI`, official),
    line(`${what}: Imported Files`, ours),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((cells) => cells[column]?.length ?? 0)),
  );
  return [head, ...lines]
    .map((cells) =>
      cells
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}
