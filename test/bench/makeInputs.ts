import { createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { encodeText } from '../../src/core/files/encodeText';
import type { Encoding } from '../../src/core/files/row';

const NAMES = [
  '佐藤太郎',
  '鈴木花子',
  '高橋一郎',
  '田中美咲',
  '伊藤健太',
  '渡辺陽子',
  '山本さくら',
  '中村大輔',
];
const NOTES = [
  '',
  '',
  'ok',
  '要確認',
  'quoted "inner" text, with comma',
  '備考なし',
  'a,b',
  '複数行の\nセル',
];
const INTERESTS = ['製品', '研修', '製品\n研修', '', 'サポート'];

/** Ten columns of the sandbox's customers app. */
export const BENCH_HEADER = [
  '顧客コード',
  '会社名',
  '従業員数',
  '月額',
  'ランク',
  '区分',
  '興味',
  '契約日',
  'メール',
  '備考',
] as const;

export interface CsvInput {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface CsvOptions {
  readonly encoding?: Encoding;
  readonly badEvery?: number;
  /** The same customers with another number of employees each. */
  readonly changed?: boolean;
}

/** Writes customers that an app accepts without exception, `badEvery`-th rows excepted; the same for the same arguments. */
export async function makeCsv(folder: string, rows: number, options: CsvOptions = {}): Promise<CsvInput> {
  const { encoding = 'utf-8', badEvery = 0, changed = false } = options;
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `customers-${rows}-${encoding}-${badEvery}${changed ? '-changed' : ''}.csv`);
  if (existsSync(file)) return { file, rows, bytes: statSync(file).size };
  const out = createWriteStream(file);
  const write = async (text: string) => {
    if (!out.write(encodeText(text, encoding).bytes)) await once(out, 'drain');
  };
  let text = `${BENCH_HEADER.join(',')}\n`;
  for (let n = 1; n <= rows; n++) {
    text += `${cells(n, { bad: badEvery > 0 && n % badEvery === 0, changed })
      .map(quoted)
      .join(',')}\n`;
    if (text.length > 1 << 18) {
      await write(text);
      text = '';
    }
  }
  await write(text);
  out.end();
  await once(out, 'close');
  return { file, rows, bytes: statSync(file).size };
}

function cells(n: number, { bad, changed }: { bad: boolean; changed: boolean }): string[] {
  const employees = (n % 99_999) + (changed ? 2 : 1);
  return [
    `K-${String(n).padStart(8, '0')}`,
    `${pick(NAMES, n)}商店`,
    bad ? 'many' : String(employees),
    String((n * 37) % 1_000_000),
    pick(['A', 'B', 'C'], n),
    n % 7 === 0 ? '個人' : '法人',
    pick(INTERESTS, n),
    `2025-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`,
    `user${n}@example.com`,
    pick(NOTES, n),
  ];
}

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] ?? '';
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
