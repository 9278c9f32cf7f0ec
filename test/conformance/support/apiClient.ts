import assert from 'node:assert/strict';
import { KintoneRestAPIClient, KintoneRestAPIError } from '@kintone/rest-api-client';
import type { Sandbox } from '../../../src/sandbox/server';

type ClientOptions = NonNullable<ConstructorParameters<typeof KintoneRestAPIClient>[0]>;

/** The official client of a sandbox, signed in as its administrator unless told otherwise. */
export function clientOf({ kintone }: Sandbox, options: ClientOptions = {}): KintoneRestAPIClient {
  const { baseUrl, username, password } = kintone;
  return new KintoneRestAPIClient({ baseUrl, auth: { username, password }, ...options });
}

/** Takes the client's own error of this status and code, and fails at anything else. */
export function apiError(status: number, code: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof KintoneRestAPIError, String(error));
    assert.deepEqual([error.status, error.code], [status, code]);
    return true;
  };
}
