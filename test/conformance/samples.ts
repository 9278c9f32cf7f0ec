import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { KintoneRestAPIClient } from '@kintone/rest-api-client';
import { ROOT } from '../support/program';
import type { ImportOptions } from './support/twoImporters';

const CUSTOMERS = '1';
const EVERYTHING = '7';

/** A file that goes in by two importers. */
export interface Sample {
  readonly name: string;
  readonly content: () => Promise<string | Uint8Array>;
  readonly options: ImportOptions;
  /** Code of the field that tells its records apart. */
  readonly by: string;
  /** What the tenant holds before; both are given the same. */
  readonly before?: (client: KintoneRestAPIClient) => Promise<unknown>;
  /** Fields compared beside all others: those that otherwise hold who and when. */
  readonly stamps?: boolean;
  /** Rows of tables must have the same ids, too: those of a tenant that has had no record before. */
  readonly rowIds?: boolean;
}

const FOLDER = path.join(ROOT, 'test/conformance/samples');

/** Folder of the attachments that samples name. */
const ATTACHMENTS = path.join(FOLDER, 'files');

export const SAMPLES: readonly Sample[] = [
  { ...everything('plain'), options: { app: CUSTOMERS }, by: '顧客コード' },
  { ...everything('kintoneExport'), options: { app: CUSTOMERS }, by: '顧客コード' },
  {
    ...everything('everyField'),
    options: { app: EVERYTHING, attachments: ATTACHMENTS },
    before: someCustomers,
  },
  everything('text'),
  everything('lineBreakInOneLine'),
  everything('defaults'),
  everything('emptyCells'),
  everything('emptyRadio'),
  everything('choices'),
  everything('choicesWithCommas'),
  everything('people'),
  everything('peopleWithSpaces'),
  everything('numbers'),
  everything('numbersAsPeopleWrite'),
  everything('decimals'),
  everything('dates'),
  everything('momentsWithoutZone'),
  everything('datesAsPeopleWrite'),
  { ...everything('creation'), stamps: true },
  everything('tables'),
  everything('tableFields'),
  everything('emptyInTables'),
  everything('numbersInTables'),
  { ...everything('attachments'), options: { app: EVERYTHING, attachments: ATTACHMENTS } },
  { ...everything('lookups'), before: someCustomers },
  { ...everything('lookupsNotUnique'), before: someCustomers },
  changing('updateByText', 'key'),
  changing('updateUnique', 'unique_number'),
  changing('updateByNumber', 'レコード番号'),
  changing('unknownNumber', 'レコード番号'),
  { ...changing('updateTables', 'key'), rowIds: true },
  changing('updateEmptyTable', 'key'),
  changing('updateLosingTables', 'key'),
  {
    name: 'shiftJis',
    content: () => readFile(path.join(ROOT, 'test/samples/customers.csv')),
    options: { app: CUSTOMERS, encoding: 'shift_jis' },
    by: '顧客コード',
  },
  {
    name: 'threeThousand',
    content: () => Promise.resolve(manyCustomers(3_000)),
    options: { app: CUSTOMERS },
    by: '顧客コード',
  },
];

function everything(name: string): Sample {
  return {
    name,
    content: () => readFile(path.join(FOLDER, `${name}.csv`)),
    options: { app: EVERYTHING },
    by: 'key',
  };
}

function changing(name: string, key: string): Sample {
  return { ...everything(name), options: { app: EVERYTHING, key }, before: someRecords };
}

function someCustomers(client: KintoneRestAPIClient): Promise<unknown> {
  return client.record.addRecords({
    app: CUSTOMERS,
    records: [
      cells({ 顧客コード: 'C-1', 会社名: '株式会社一', 従業員数: '10', ランク: 'A', 国: '日本' }),
      cells({ 顧客コード: 'C-2', 会社名: '株式会社二', 従業員数: '20', ランク: '', 国: 'France' }),
    ],
  });
}

function someRecords(client: KintoneRestAPIClient): Promise<unknown> {
  const rows = (...texts: string[]) =>
    texts.map((text, index) => ({ value: cells({ row_text: text, row_number: String(index + 1) }) }));
  return client.record.addRecords({
    app: EVERYTHING,
    records: [
      cells({ key: 'U-1', 数値: '1', unique_number: '100', 文字列＿複数行: 'まえ' }),
      cells({ key: 'U-2', 数値: '2', unique_number: '200', 文字列＿複数行: '' }),
      cells({ key: 'U-3', 数値: '3', unique_number: '300' }),
    ].map((record, index) => ({
      ...record,
      ...(index === 0 ? { details: { value: rows('1行目', '2行目', '3行目') } } : {}),
      ...(index === 1 ? { details: { value: rows('残る') } } : {}),
      ...(index === 2 ? { contacts: { value: [{ value: cells({ contact_name: '消える' }) }] } } : {}),
    })),
  });
}

function cells(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([code, value]) => [code, { value }]));
}

function manyCustomers(count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const interests = number % 3 === 0 ? '"製品\n研修"' : 'サポート';
    const date = `2026/${(number % 12) + 1}/${(number % 28) + 1}`;
    return `M-${number},会社 ${number},${(number % 900) + 1},${'ABC'[number % 3] ?? ''},${interests},${date}`;
  });
  return ['顧客コード,会社名,従業員数,ランク,興味,契約日', ...rows, ''].join('\r\n');
}
