import type { PanelRow } from '../../src/shared/panelMessages';
import { panelRow } from '../../src/editor/views/rows';
import { aJob, type JobOptions, SUBMITTED_AT, wordsIn } from '../unit/views/jobs';

const MINUTE = 60_000;

/** A row as the extension would send it. */
export function aRow(options: JobOptions, language: 'en' | 'ja' = 'en'): PanelRow {
  return panelRow(aJob(options), wordsIn(language));
}

/** One import in each state there is, newest first. */
export function oneOfEach(language: 'en' | 'ja' = 'en'): PanelRow[] {
  const options: readonly JobOptions[] = [
    { id: 'queued', file: 'bird-strikes.csv', app: 'Bird strikes', phase: { kind: 'queued', ahead: 2 } },
    { id: 'checking', file: '顧客名簿 2025年度.xlsx', phase: { kind: 'checking', rows: 18_000 } },
    {
      id: 'sending',
      file: 'zipcodes.csv',
      app: 'ZIP codes',
      counts: { total: 42_049, pending: 20_049, inFlight: 2000, imported: 20_000 },
    },
    {
      id: 'throttled',
      file: 'orders.tsv',
      app: 'Orders',
      phase: { kind: 'throttled', until: 0, reason: { code: 'x' } },
      counts: { total: 1000, pending: 100, imported: 900 },
    },
    {
      id: 'stopping',
      file: 'stock-2025-05.csv',
      app: 'Stock 在庫管理',
      phase: { kind: 'stopping' },
      counts: { total: 5000, pending: 3800, inFlight: 200, imported: 1000 },
    },
    {
      id: 'interrupted',
      file: 'contacts.csv',
      phase: { kind: 'interrupted' },
      counts: { total: 800, pending: 500, imported: 300 },
    },
    {
      id: 'all',
      file: 'products.xlsx',
      app: 'Products',
      phase: { kind: 'all' },
      counts: { total: 312, imported: 312 },
    },
    {
      id: 'withUnimported',
      file: 'customers.csv',
      phase: { kind: 'withUnimported' },
      counts: { total: 312, imported: 300, invalid: 8, rejected: 4 },
    },
    {
      id: 'stopped',
      file: 'zipcodes.csv',
      app: 'ZIP codes',
      phase: { kind: 'stopped' },
      counts: { total: 42_049, imported: 16_000, unprocessed: 26_049 },
    },
    {
      id: 'withUncertain',
      file: 'payments.csv',
      app: 'Payments',
      phase: { kind: 'withUncertain' },
      counts: { total: 400, imported: 198, rejected: 2, unknown: 200 },
    },
    {
      id: 'failed',
      file: 'a-file-with-a-rather-long-name-that-nobody-would-shorten_final_v2 (1).csv',
      phase: { kind: 'failed' },
      counts: { total: 312, unprocessed: 312 },
      failures: [
        {
          code: 'x',
          verbatim:
            'GAIA_NO01 No privilege to proceed. Ask the administrator of the app for the right to add records.',
        },
      ],
    },
    { id: 'canceled', file: 'draft.csv', app: 'Orders', phase: { kind: 'canceled' } },
    {
      id: 'needsDecision',
      file: 'visitors.csv',
      app: 'Visitors',
      phase: { kind: 'needsDecision', rows: 100 },
      counts: { total: 900, imported: 800, unknown: 100 },
    },
    {
      id: 'twice',
      file: 'subscribers.csv',
      app: 'Subscribers',
      phase: { kind: 'all' },
      counts: { total: 500, imported: 500 },
      twins: 40,
    },
  ];
  return options.map((one, index) =>
    aRow({ ...one, submittedAt: SUBMITTED_AT - index * 37 * MINUTE }, language),
  );
}
