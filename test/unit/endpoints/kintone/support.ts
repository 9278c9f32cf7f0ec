import assert from 'node:assert/strict';
import type { Endpoint, RecordResult, TargetWriter, Verdict } from '../../../../src/core/endpoints/endpoint';
import type { RecordLayout } from '../../../../src/core/mapping/layout';
import type { ImportRecord, RecordVersion } from '../../../../src/core/mapping/record';
import { layoutFor } from '../support';

export const CUSTOMERS = '1';
export const PLACES = '2';
export const LEDGER = '8';

/** Fields of the customers that the tests write; the first one allows no duplicates. */
export const CUSTOMER_FIELDS = ['顧客コード', '会社名', '区分', '月額', '備考'] as const;
export const PLACE_FIELDS = ['zip_code', 'city'] as const;

export interface Writing {
  readonly endpoint: Endpoint;
  readonly layout: RecordLayout;
  readonly writer: TargetWriter;
}

export async function writingTo(
  endpoint: Endpoint,
  app: string,
  codes: readonly string[],
  ledgerJob?: string,
): Promise<Writing> {
  const schema = await endpoint.describe(app);
  const layout = layoutFor(schema, codes);
  const job = ledgerJob === undefined ? undefined : { id: ledgerJob, ledgerApp: LEDGER };
  return { endpoint, layout, writer: endpoint.writer(schema, layout, job) };
}

/** Records of customers with these codes; `''` is a customer whose code the import does not know. */
export function customers(codes: readonly string[], company = 'Company', note = ''): ImportRecord[] {
  return codes.map((code, row) => ({
    row,
    lastRow: row,
    values: [code, `${company} ${row}`, '法人', '1.50', note],
  }));
}

export function places(count: number, from = 0): ImportRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const row = from + index;
    return { row, lastRow: row, values: [String(row).padStart(5, '0'), 'Same city'] };
  });
}

/** A change of the company alone. */
export function change(row: number, update: RecordVersion, company: string): ImportRecord {
  return { row, lastRow: row, update, values: [undefined, company, undefined, undefined, undefined] };
}

export async function committed(
  writer: TargetWriter,
  batch: readonly ImportRecord[],
): Promise<RecordVersion[]> {
  const answer = await writer.send(batch);
  assert.ok(answer.kind === 'committed', JSON.stringify(answer));
  return answer.ids.map((id, index) => ({ id, revision: answer.revisions[index] ?? '' }));
}

export async function sent(writer: TargetWriter, batch: readonly ImportRecord[]): Promise<Verdict['kind']> {
  return (await writer.send(batch)).kind;
}

/** Looks again and again, as long as the test may take. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** What settling comes to, in few words: `committed 3/1`, `again`, `rejected CB_VA01 exists`, `unknown`. */
export async function settled(writer: TargetWriter, batch: readonly ImportRecord[]): Promise<string[]> {
  const results = (await writer.settle?.(batch)) ?? [];
  assert.equal(results.length, batch.length);
  return results.map(inShort);
}

function inShort(result: RecordResult): string {
  switch (result.kind) {
    case 'committed':
      return `committed ${result.id}/${result.revision}`;
    case 'rejected':
      return `rejected ${result.code}${result.exists === true ? ' exists' : ''}`;
    default:
      return result.kind;
  }
}
