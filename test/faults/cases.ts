import type { Disturbance } from '../../src/sandbox/faults';
import type { SandboxRecord } from '../e2e/stage/sandbox';
import type { Guarantee } from '../../src/core/jobs/job';

/** A row of a generated file: who it is, and its number from 1. */
export interface Row {
  readonly id: string;
  readonly n: number;
}

/** A way of importing, its promise, and how its rows are known again at the endpoint. */
export interface Case {
  readonly name: string;
  readonly guarantee: Guarantee;
  readonly system: 'kintone' | 'personium';
  /** App or entity set. */
  readonly container: string;
  /** Arguments beside file, place and folder of jobs. */
  readonly args: readonly string[];
  readonly header: readonly string[];
  /** Cells of a row as they are imported. */
  readonly cells: (row: Row) => readonly string[];
  /** Of an import that changes records: what makes them. */
  readonly before?: {
    readonly args: readonly string[];
    readonly header: readonly string[];
    readonly cells: (row: Row) => readonly string[];
    /** Whether a row has a record before. Default: all have. */
    readonly has?: (row: Row) => boolean;
  };
  /** Values of a record in the order of the header, as they would stand in the file. */
  readonly valuesOf: (record: SandboxRecord) => readonly string[];
  /** Happens to the endpoint before the import. */
  readonly disturbance?: Disturbance;
}

const PRODUCT = 'sales/stock/Product';

const day = ({ n }: Row) =>
  `2025-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 28) + 1).padStart(2, '0')}`;
const text = (value: unknown) =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const CUSTOMER_HEADER = ['顧客コード', '会社名', '従業員数', '契約日', '備考'];
const customer = (row: Row) => [
  row.id,
  `会社 ${row.id}`,
  String((row.n % 1000) + 1),
  day(row),
  `備考 ${row.id}`,
];
const customerBefore = (row: Row) => [row.id, `前 ${row.id}`, '7', '2020-01-01', `以前 ${row.id}`];
const customerValues = (record: SandboxRecord) => CUSTOMER_HEADER.map((code) => text(record[code]));

/** No field of this app is without duplicates. */
const PLACE_HEADER = ['zip_code', 'latitude', 'city', 'state', 'county'];
const zipPlace = (row: Row) => [
  String(row.n % 100_000).padStart(5, '0'),
  String(row.n % 90),
  `City ${row.id}`,
  'TX',
  row.id,
];
const placeValues = (record: SandboxRecord) => PLACE_HEADER.map((code) => text(record[code]));

const PRODUCT_HEADER = ['Code', 'Name', 'Price', 'Weight'];
const product = (row: Row) => [row.id, `製品 ${row.id}`, String(row.n % 100_000), String(row.n / 8)];
const productBefore = (row: Row) => [row.id, `前 ${row.id}`, '7', '0.5'];
const productValues = (record: SandboxRecord) => PRODUCT_HEADER.map((name) => text(record[name]));

const KINTONE = { system: 'kintone' } as const;
const CUSTOMERS = { ...KINTONE, container: '1', header: CUSTOMER_HEADER, valuesOf: customerValues } as const;
const PLACES = { ...KINTONE, container: '2', header: PLACE_HEADER, valuesOf: placeValues } as const;
const PRODUCTS = { system: 'personium', container: PRODUCT } as const;

/** Passes in a fraction of the time in a probed engine. */
const SETTLE = ['--settle-seconds', '6'];

/** Every guarantee, with the ways of importing that have it. */
export const CASES: readonly Case[] = [
  {
    ...PRODUCTS,
    name: 'cell-add',
    guarantee: 'uniqueKey',
    args: [],
    header: PRODUCT_HEADER,
    cells: product,
    valuesOf: productValues,
  },
  {
    ...PRODUCTS,
    name: 'cell-update',
    guarantee: 'revision',
    args: ['--mode', 'update', '--key', '__id'],
    header: ['__id', ...PRODUCT_HEADER],
    cells: (row) => [row.id, ...product(row)],
    before: { args: ['--id-from', 'Code'], header: PRODUCT_HEADER, cells: productBefore },
    valuesOf: (record) => [text(record.__id), ...productValues(record)],
  },
  { ...CUSTOMERS, name: 'app-add', guarantee: 'uniqueKey', args: [], cells: customer },
  {
    ...CUSTOMERS,
    name: 'app-update',
    guarantee: 'revision',
    args: ['--mode', 'update', '--key', '顧客コード'],
    cells: customer,
    before: { args: [], header: CUSTOMER_HEADER, cells: customerBefore },
  },
  {
    ...CUSTOMERS,
    name: 'app-upsert',
    guarantee: 'revision',
    args: ['--mode', 'add-or-update', '--key', '顧客コード'],
    cells: customer,
    before: { args: [], header: CUSTOMER_HEADER, cells: customerBefore, has: ({ n }) => n % 3 === 0 },
  },
  { ...PLACES, name: 'app-ledger', guarantee: 'ledger', args: ['--ledger-app', '8'], cells: zipPlace },
  { ...PLACES, name: 'app-readback', guarantee: 'readBack', args: SETTLE, cells: zipPlace },
  {
    ...PLACES,
    name: 'app-none',
    guarantee: 'none',
    args: SETTLE,
    cells: zipPlace,
    disturbance: { kind: 'withdrawRights', app: '2', rights: ['view'] },
  },
];

/** What one way of importing adds to a sum that its guarantee has to reach. */
export function shareOf({ guarantee }: Case, sum: number): number {
  const same = CASES.filter((one) => one.guarantee === guarantee);
  return Math.ceil(sum / same.length);
}

/** Letters that no other text of a run has. */
export function rowsOf(run: string, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${run}-${String(index + 1).padStart(7, '0')}`,
    n: index + 1,
  }));
}

const ROW_ID = /\bZ[0-9a-z]+Z-\d{7}\b/g;

/** The mark of a run, from which row ids are made. */
export function markOf(seed: number): string {
  return `Z${seed.toString(36)}Z`;
}

/** Ids of rows that a text names. */
export function idsIn(words: string): Set<string> {
  return new Set(words.match(ROW_ID) ?? []);
}
