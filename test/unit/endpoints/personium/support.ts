import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { createPersoniumEndpoint } from '../../../../src/core/endpoints/personium/personiumEndpoint';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import type { LayoutField, RecordLayout } from '../../../../src/core/mapping/layout';
import type { ImportMode } from '../../../../src/core/mapping/plan';
import type { ImportRecord, RecordValue } from '../../../../src/core/mapping/record';
import type { TargetField, TargetSchema } from '../../../../src/core/mapping/schema';
import { field } from '../../mapping/support';
import { serve } from '../loopback';
import { fieldOf } from '../support';

export const ID = field({
  kind: 'text',
  code: '__id',
  label: '__id',
  nativeType: 'Edm.String',
  unique: true,
  hasDefault: true,
  maxLength: 400,
});

export const MAKER = field({
  kind: 'object',
  code: 'Maker',
  label: 'Maker',
  nativeType: 'UserData.Maker',
  fields: [
    field({ kind: 'multilineText', code: 'Name', label: 'Name', required: true }),
    field({ kind: 'number', code: 'Year', label: 'Year', numberForm: 'int32' }),
    field({ kind: 'datetime', code: 'Since', label: 'Since', precision: 'millisecond' }),
  ],
});

export const PRODUCT: TargetSchema = {
  id: 'sales/stock/Product',
  name: 'Product',
  url: 'https://unit.example/shop/sales/stock/Product',
  fields: [
    ID,
    field({ kind: 'readOnly', code: '__published', label: '__published', readOnlyBecause: 'system' }),
    field({ kind: 'multilineText', code: 'Name', label: 'Name', required: true }),
    field({ kind: 'number', code: 'Price', label: 'Price', numberForm: 'int32' }),
    field({ kind: 'number', code: 'Weight', label: 'Weight', numberForm: 'double' }),
    field({ kind: 'number', code: 'Ratio', label: 'Ratio', numberForm: 'single' }),
    field({ kind: 'boolean', code: 'InStock', label: 'InStock', hasDefault: true, defaultValue: 'true' }),
    field({ kind: 'datetime', code: 'ReleasedAt', label: 'ReleasedAt', precision: 'millisecond' }),
    field({
      kind: 'list',
      code: 'Tags',
      label: 'Tags',
      item: field({ kind: 'multilineText', code: 'Tags', label: 'Tags' }),
    }),
    MAKER,
  ],
  modes: ['add', 'replace', 'update', 'addOrReplace'],
  createsProperties: true,
};

/** The layout of a file whose columns go to these properties; they come with a key in modes that change. */
export function layoutOf(
  codes: readonly (string | TargetField)[],
  mode: ImportMode = 'add',
  schema: TargetSchema = PRODUCT,
): RecordLayout {
  const fields = codes.map((code, column): LayoutField => ({
    field: typeof code === 'string' ? fieldOf(schema.fields, code) : code,
    columns: [column],
  }));
  const index = fields.findIndex((one) => one.field.code === '__id');
  const key = mode === 'add' || index < 0 ? null : { field: ID, column: index, index };
  return { fields, key, startColumn: null, mode };
}

export function record(row: number, values: readonly RecordValue[], revision?: string): ImportRecord {
  return {
    row,
    lastRow: row,
    values,
    ...(revision === undefined ? {} : { update: { id: textOf(values[0]), revision } }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (asked: Asked, response: ServerResponse) => unknown;

/** Does something with the endpoint of a cell that answers as the test says; tells what was asked of it. */
export async function withCell<T>(
  answer: Answering,
  use: (endpoint: Endpoint, cellUrl: string) => Promise<T>,
): Promise<{ readonly result: T; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server = await serve((request, response, body) => {
    const one = {
      method: request.method ?? '',
      path: (request.url ?? '').replace(/^\/shop\//, ''),
      headers: request.headers,
      body: body.toString('utf8'),
    };
    asked.push(one);
    answer(one, response);
  });
  const transport = createUndiciTransport();
  try {
    const baseUrl = `${server.url}/shop`;
    const result = await use(createPersoniumEndpoint({ baseUrl, transport }), `${baseUrl}/`);
    return { result, asked };
  } finally {
    await transport.close();
    await server.close();
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  return response.end(JSON.stringify(body));
}

/** A refusal as the unit writes it. */
export function refuse(response: ServerResponse, code: string, text = 'The unit’s words.'): ServerResponse {
  return json(response, Number(code.slice(2, 5)), refusalOf(code, text));
}

export function refusalOf(code: string, text = 'The unit’s words.'): object {
  return { code, message: { lang: 'en', value: text } };
}

/** One part of a batch's answer: a status and what stands behind it. */
export interface Part {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A new entity as a batch answers it. */
export function created(id: string, etag = 'W/"1-1488184348000"'): Part {
  return {
    status: 201,
    headers: { ETag: etag, DataServiceVersion: '2.0', 'Content-Type': 'application/json' },
    body: JSON.stringify({ d: { results: { __metadata: { etag }, __id: id } } }),
  };
}

export function changed(etag = 'W/"2-1488184348001"'): Part {
  return { status: 204, headers: { DataServiceVersion: '2.0', ETag: etag } };
}

export function refusedPart(code: string, text?: string): Part {
  return {
    status: Number(code.slice(2, 5)),
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(refusalOf(code, text)),
  };
}

const PHRASES: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'No Content' };

/** The text of a batch's answer as the unit writes it: each operation in a change set of its own. */
export function batchReplyText(parts: readonly Part[], boundary: string, changeSet: string): string {
  const texts = parts.map(({ status, headers = {}, body }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
    return (
      `--${boundary}\nContent-Type: multipart/mixed; boundary=${changeSet}\n\n--${changeSet}\n` +
      `Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n` +
      `HTTP/1.1 ${status} ${PHRASES[status] ?? ''}\n${lines.join('')}\n${body === undefined ? '' : `${body}\n\n`}--${changeSet}--\n\n`
    );
  });
  return `${texts.join('')}--${boundary}--`;
}

/** One operation as a batch carries it. */
export interface SentPart {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json: Readonly<Record<string, unknown>>;
}

export function sentParts({ body }: Asked): SentPart[] {
  return body.split(/^(?=POST |PUT )/m).flatMap((text) => {
    const [line = '', ...rest] = text.split('\r\n');
    const match = /^(POST|PUT) (\S+) HTTP\/1\.1$/.exec(line);
    if (match === null) return [];
    const blank = rest.indexOf('');
    const headers = rest.slice(0, blank).map((header) => header.split(': ') as [string, string]);
    return [
      {
        method: match[1] ?? '',
        path: match[2] ?? '',
        headers: Object.fromEntries(headers),
        json: JSON.parse(rest[blank + 1] ?? '') as Record<string, unknown>,
      },
    ];
  });
}

/** Answers a batch, operation by operation. */
export function answerBatch(
  asked: Asked,
  response: ServerResponse,
  partOf: (sent: SentPart, index: number) => Part,
): ServerResponse {
  const boundary = /boundary=(\S+)/.exec(asked.headers['content-type'] ?? '')?.[1] ?? '';
  const parts = sentParts(asked).map(partOf);
  response.writeHead(202, {
    'content-type': `multipart/mixed; boundary=${boundary}`,
    DataServiceVersion: '2.0',
  });
  return response.end(batchReplyText(parts, boundary, 'changeset_y'));
}

/** Keeps whatever a batch carries. */
export function keeping(sent: SentPart): Part {
  return sent.method === 'POST' ? created(textOf(sent.json.__id ?? 'made-up')) : changed();
}
