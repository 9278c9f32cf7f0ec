import type { Endpoint } from '../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../src/core/endpoints/kintone/kintoneEndpoint';
import { withSignIn } from '../../../src/core/endpoints/kintone/signIn';
import type { Transport } from '../../../src/core/endpoints/transport';
import type { LayoutField, RecordLayout } from '../../../src/core/mapping/layout';
import type { TargetField, TargetSchema } from '../../../src/core/mapping/schema';
import type { Sandbox } from '../../../src/sandbox/server';

/** The layout of a file whose columns go to these fields in their order; null for a column without one. */
export function layoutFor(schema: TargetSchema, codes: readonly (string | null)[]): RecordLayout {
  const fields = codes.flatMap((code, column): LayoutField[] =>
    code === null ? [] : [{ field: fieldOf(schema.fields, code), columns: [column] }],
  );
  return { fields, key: null, startColumn: null };
}

export function fieldOf(fields: readonly TargetField[], code: string): TargetField {
  const field = fields.find((one) => one.code === code);
  if (field === undefined) {
    throw new Error(`The test has no field ${code}`);
  }
  return field;
}

/** The sandbox as its administrator reaches it by password. */
export function administratorsEndpoint({ kintone }: Sandbox, transport: Transport): Endpoint {
  const { baseUrl, username, password } = kintone;
  return createKintoneEndpoint({
    baseUrl,
    transport: withSignIn(transport, baseUrl, { kind: 'password', username, password }),
    language: 'en',
  });
}
