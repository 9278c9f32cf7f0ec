import type { Proof } from './prove';

const COLUMNS = [
  ['scenario', 30],
  ['guarantee', 10],
  ['runs', 7],
  ['rows', 9],
  ['lost', 6],
  ['doubled', 8],
  ['twins', 6],
  ['unknown', 8],
  ['seconds', 8],
] as const;

export const TITLE = COLUMNS.map(([name, width], index) =>
  index < 2 ? name.padEnd(width) : name.padStart(width),
).join(' ');

/** One line of the table. */
export function lineOf(proof: Proof): string {
  const { scenario, kind, guarantee, runs, rows, lost, doubled, twins, unknown, broken, figures } = proof;
  const cells = [
    `${scenario}/${kind}`,
    guarantee,
    ...[runs, rows, lost, doubled, twins, unknown].map((count) => count.toLocaleString('en-US')),
    proof.seconds.toFixed(1),
  ];
  const line = COLUMNS.map(([, width], index) =>
    index < 2 ? (cells[index] ?? '').padEnd(width) : (cells[index] ?? '').padStart(width),
  ).join(' ');
  const more = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toFixed(1))}`);
  const end = broken.length > 0 ? `✘ ${broken.length}` : proof.complete ? '✔' : '… not all runs';
  return `${line}  ${end}${more.length > 0 ? `  ${more.join(', ')}` : ''}`;
}
