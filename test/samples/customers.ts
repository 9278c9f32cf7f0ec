/**
 * The customers of the demo: what stands in each cell of `customers.csv`, which cells are bad and how they are
 * corrected, and the record that the app must hold in the end. `npm run samples` writes the file from it.
 */
export const HEADER = [
  '顧客コード',
  '会社名',
  '従業員数',
  'ランク',
  '区分',
  '興味',
  '契約日',
  '連絡時刻',
  '最終訪問',
  'メール',
  '担当者',
  '備考',
] as const;

export type Heading = (typeof HEADER)[number];
export type Customer = Record<Heading, string>;

/** A record as the app holds it. */
export type CustomerRecord = Partial<Record<Heading, string | string[] | null>>;

/** Number of data rows in the file. */
export const CUSTOMER_COUNT = 320;

const SURNAMES = ['佐藤', '鈴木', '髙橋', '田中', '伊藤', '渡邊', '山﨑', '中村', '小林', '加藤'];
const KINDS = ['商店', '製作所', '㈱システム', '工業', '物産', '～企画～', '①番館', 'フーズ', '運輸', '電機'];
const RANKS = ['A', 'B', 'C', ''];
const INTERESTS = [['製品'], ['製品', '研修'], ['サポート'], [], ['研修', 'サポート', 'イベント']];
const USERS = ['sato', 'suzuki', 'tanaka', 'ito', ''];
const NOTES = [
  '',
  '要確認',
  '電話は午前中\n（月曜は不在）',
  '"特別"な条件, 値引き 5%',
  '表示・能力ソ十予申',
  '一行目\n二行目 "引用"\n三行目',
];

/** The good form of row `n`, counted from 1. */
export function customer(n: number): Customer {
  const month = (n % 12) + 1;
  const day = (n % 28) + 1;
  return {
    顧客コード: `C-${String(n).padStart(4, '0')}`,
    会社名: `${pick(SURNAMES, n)}${pick(KINDS, Math.floor(n / 10))}`,
    従業員数: String(((n * 37) % 900) + 1),
    ランク: pick(RANKS, n),
    区分: n % 7 === 0 ? '個人' : '法人',
    興味: pick(INTERESTS, n).join('\n'),
    契約日: `2025/${month}/${day}`,
    連絡時刻: `${(n % 9) + 9}:${n % 2 === 0 ? '30' : '00'}`,
    最終訪問: `2026-03-${String(day).padStart(2, '0')}T09:${String(n % 60).padStart(2, '0')}:00+09:00`,
    メール: `info${n}@example.com`,
    担当者: pick(USERS, n),
    備考: pick(NOTES, n),
  };
}

export interface BadCell {
  /** Row, counted from 1. */
  readonly row: number;
  readonly heading: Heading;
  /** What stands in the file; the good value is that of `customer(row)`. */
  readonly bad: string;
  /** Found only by the app itself, when the row is sent, and blamed on the whole record. */
  readonly byServer?: true;
}

/** A dozen rows that are bad in different ways. */
export const BAD_CELLS: readonly BadCell[] = [
  { row: 8, heading: '会社名', bad: '' },
  { row: 21, heading: '従業員数', bad: '千二百' },
  { row: 34, heading: '従業員数', bad: '1.200,5' },
  { row: 55, heading: '従業員数', bad: '0' },
  { row: 89, heading: 'ランク', bad: 'Ａ' },
  { row: 120, heading: '契約日', bad: '2025/2/30' },
  { row: 144, heading: '連絡時刻', bad: '25:00' },
  { row: 170, heading: 'メール', bad: 'sato.example.com' },
  { row: 199, heading: '興味', bad: '製品\n旅行' },
  { row: 233, heading: '顧客コード', bad: 'C-0100' },
  { row: 260, heading: '担当者', bad: 'nobody', byServer: true },
  { row: 289, heading: '備考', bad: 'こわれた\ufffd文字' },
];

/** What stands in the cells of row `n` of the file. */
export function customerAsFiled(n: number): Customer {
  const good = customer(n);
  const bad = BAD_CELLS.find(({ row }) => row === n);
  return bad ? { ...good, [bad.heading]: bad.bad } : good;
}

/** A cell as it is written in the file. */
export function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Lines that row `n` takes in the file. */
export function linesOf(n: number): number {
  return HEADER.map((heading) => customerAsFiled(n)[heading]).join('').split('\n').length;
}

/** Where a cell of row `n` begins, both counted from 1, when the row begins on `line`. */
export function placeOf(n: number, heading: Heading, line: number): { line: number; column: number } {
  const row = customerAsFiled(n);
  const before = HEADER.slice(0, HEADER.indexOf(heading)).map((one) => `${quoted(row[one])},`).join('');
  const lines = before.split('\n');
  return { line: line + lines.length - 1, column: (lines.at(-1) ?? '').length + 1 };
}

/** The record that the app holds once row `n` was imported in its good form. */
export function customerRecord(n: number): CustomerRecord {
  const { ランク, 興味, 契約日, 連絡時刻, 最終訪問, 担当者, ...plain } = customer(n);
  const [year = '', month = '', day = ''] = 契約日.split('/');
  return {
    ...plain,
    ランク: ランク === '' ? null : ランク, // a drop-down without a choice
    興味: 興味 === '' ? [] : 興味.split('\n'),
    契約日: `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
    連絡時刻: 連絡時刻.padStart(5, '0'),
    最終訪問: new Date(最終訪問).toISOString().replace('.000', ''),
    担当者: 担当者 === '' ? [] : [担当者],
  };
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
