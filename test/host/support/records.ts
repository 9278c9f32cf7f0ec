import assert from 'node:assert/strict';
import type { OwnSandbox } from './ownSandbox';

/** Records in the first app of a sandbox, asked without the extension. */
export async function recordCount({ baseUrl, apps, username, password }: OwnSandbox): Promise<number> {
  const records = new URL(`${baseUrl}/k/v1/records.json`);
  records.searchParams.set('app', apps[0]?.id ?? '');
  records.searchParams.set('query', 'limit 1');
  records.searchParams.set('totalCount', 'true');
  const signIn = Buffer.from(`${username}:${password}`).toString('base64');
  const response = await fetch(records, { headers: { 'X-Cybozu-Authorization': signIn } });
  assert.equal(response.status, 200);
  return Number(((await response.json()) as { totalCount: string }).totalCount);
}
