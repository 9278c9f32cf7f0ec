import type { BatchOperation } from './batchBody';
import { parseBatch } from './batchBody';
import { PersoniumError } from './errors';
import { entryJson, listJson } from './odataReply';
import { pageOf, parseListQuery } from './query';
import type { PersoniumReply } from './request';
import type { UserDataContext } from './userData';
import {
  columnsOf,
  createEntity,
  deleteEntity,
  entityOf,
  entityTypeOf,
  etagOf,
  replaceEntity,
  wireEntity,
} from './userData';

/** What a `$batch` depends on beside the collection. */
export interface BatchSetting {
  readonly contentType: string | undefined;
  readonly body: string;
  /** The refusal of each operation that reads or writes; null: they are allowed. */
  readonly readRefusal: () => PersoniumError | null;
  readonly writeRefusal: () => PersoniumError | null;
  /** Writes from this operation on find the collection locked. */
  readonly lockedFrom: number;
  /** Operations from this one on come too late. */
  readonly lateFrom: number;
  /** This POST is lost by the data store. */
  readonly lostAt: number;
  readonly onBug: (error: unknown) => void;
}

interface PartReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Number of operations that a body seems to have, also of one that will be refused. */
export function countOperations(body: string): number {
  return body.match(/^(?:POST|PUT|DELETE|GET) /gm)?.length ?? 0;
}

/** Carries out a `$batch`: each operation by itself, in order. Throws what the whole request ends in. */
export function answerBatch(context: UserDataContext, setting: BatchSetting): PersoniumReply {
  const { limits } = context;
  const { contentType } = setting;
  if (contentType === undefined) {
    throw new PersoniumError('PR500-SV-9999', '0');
  }
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? 'null';
  const operations = parseBatch(setting.body, boundary, limits);
  if (operations.length > limits.batchOperations) {
    throw new PersoniumError('PR400-OD-0030', operations.length);
  }
  const read = once(setting.readRefusal);
  const write = once(setting.writeRefusal);
  const out: string[] = [];
  for (const [index, operation] of operations.entries()) {
    const reply = attempt(setting, () => {
      refuseByTime(operation, index, setting);
      const refusal = operation.method === 'GET' ? read() : write();
      if (refusal !== null) {
        throw refusal;
      }
      return carryOut(context, operation);
    });
    out.push(operation.method === 'GET' ? readText(boundary, reply) : writeText(boundary, operation, reply));
  }
  out.push(`--${boundary}--`);
  const headers = { 'Content-Type': `multipart/mixed; boundary=${boundary}`, DataServiceVersion: '2.0' };
  return { status: 202, headers, body: out.join('') };
}

function refuseByTime(
  { method }: BatchOperation,
  index: number,
  { lockedFrom, lateFrom, lostAt }: BatchSetting,
): void {
  if (index >= lateFrom) {
    throw new PersoniumError('PR408-MC-0001');
  }
  if (method !== 'GET' && index >= lockedFrom) {
    throw new PersoniumError('PR503-SV-0001');
  }
  if (method === 'POST' && index === lostAt) {
    throw new PersoniumError('PR500-SV-0000');
  }
}

function attempt({ onBug }: BatchSetting, work: () => PartReply): PartReply {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PersoniumError)) {
      onBug(error);
    }
    const refusal = error instanceof PersoniumError ? error : new PersoniumError('PR500-SV-0000');
    return {
      status: refusal.status,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(refusal.body),
    };
  }
}

function carryOut(context: UserDataContext, operation: BatchOperation): PartReply {
  const { method, kind, set, ifMatch, body } = operation;
  if (kind !== 'entity') {
    entityTypeOf(context, set);
    throw new PersoniumError(method === 'POST' ? 'PR404-OD-0003' : 'PR501-MC-0001');
  }
  const id = idOf(context, operation);
  switch (method) {
    case 'GET':
      return id === undefined ? list(context, operation) : retrieve(context, set, id);
    case 'POST': {
      const entity = createEntity(context, set, body);
      const wire = wireEntity(context, entityTypeOf(context, set), entity);
      const headers = {
        ETag: etagOf(entity),
        DataServiceVersion: '2.0',
        'Content-Type': 'application/json',
        Location: `${context.collectionUrl}/${set}('${entity.id}')`,
      };
      return { status: 201, headers, body: entryJson(wire) };
    }
    case 'PUT': {
      const entity = replaceEntity(context, { set, id: id ?? '', ifMatch }, body);
      return { status: 204, headers: { ETag: etagOf(entity), DataServiceVersion: '2.0' } };
    }
    case 'DELETE':
      deleteEntity(context, { set, id: id ?? '', ifMatch });
      return { status: 204, headers: { DataServiceVersion: '2.0' } };
  }
}

function idOf({ hooks }: UserDataContext, { key }: BatchOperation): string | undefined {
  return key !== undefined && hooks.decodesBatchKeys ? decodeURIComponent(key) : key;
}

function list(context: UserDataContext, { set, query }: BatchOperation): PartReply {
  const type = entityTypeOf(context, set);
  const columns = columnsOf(context, type);
  const asked = parseListQuery(new URLSearchParams(query), columns, context.limits, '__id');
  const page = pageOf(type.entities, asked, columns, (id) => type.entities.get(id));
  const rows = page.rows.map((entity) => wireEntity(context, type, entity, asked.select));
  return { status: 200, headers: JSON_HEADERS, body: listJson(rows, page.count) };
}

function retrieve(context: UserDataContext, set: string, id: string): PartReply {
  const entity = entityOf(context, set, id);
  const wire = wireEntity(context, entityTypeOf(context, set), entity);
  return { status: 200, headers: JSON_HEADERS, body: entryJson(wire) };
}

const JSON_HEADERS = { 'Content-Type': 'application/json', DataServiceVersion: '2.0' };

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 204: 'No Content' };

function partText({ status, headers, body }: PartReply): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const start = `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\n${lines.join('')}\n`;
  return body === undefined ? `${start}\n` : `${start}${body}\n\n`;
}

function readText(boundary: string, reply: PartReply): string {
  return `--${boundary}\nContent-Type: application/http\n\n${partText(reply)}`;
}

/** Outside of a changeset the server writes a boundary called null. */
function writeText(
  boundary: string,
  { changeset = 'null', isFirst, isLast }: BatchOperation,
  reply: PartReply,
): string {
  const start = isFirst ? `--${boundary}\nContent-Type: multipart/mixed; boundary=${changeset}\n\n` : '';
  const head = `--${changeset}\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n`;
  return `${start}${head}${partText(reply)}${isLast ? `--${changeset}--\n\n` : ''}`;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
