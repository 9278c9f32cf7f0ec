import { PersoniumError } from './errors';
import { entryReply, formatOf, keyOf, listReply, noContent } from './odataReply';
import { pageOf, parseListQuery } from './query';
import type { CellRequest, PersoniumReply } from './request';
import type { UserDataContext } from './userData';
import {
  columnsOf,
  createEntity,
  deleteEntity,
  entityOf,
  entityTypeOf,
  etagOf,
  formEncodedKey,
  mergeEntity,
  replaceEntity,
  wireEntity,
} from './userData';

/** Answers `{collection}/{Set}` and `{collection}/{Set}('id')`; `segment` is what follows the collection, decoded. */
export function answerEntities(
  request: CellRequest,
  context: UserDataContext,
  segment: string,
  more: readonly string[],
): PersoniumReply {
  const bracket = segment.indexOf('(');
  const set = bracket === -1 ? segment : segment.slice(0, bracket);
  if (more.length > 0) {
    entityTypeOf(context, set);
    throw new PersoniumError('PR404-OD-0003');
  }
  return bracket === -1
    ? answerSet(request, context, set)
    : answerEntity(request, context, set, segment.slice(bracket + 1, -1));
}

function answerSet(request: CellRequest, context: UserDataContext, set: string): PersoniumReply {
  switch (request.method) {
    case 'GET':
      return list(request, context, set);
    case 'POST': {
      const format = formatOf(request);
      const entity = createEntity(context, set, request.body.toString('utf8'));
      const type = entityTypeOf(context, set);
      const location = `${context.collectionUrl}/${set}('${formEncodedKey(entity.id)}')`;
      const headers = { Location: location, ETag: etagOf(entity) };
      return entryReply(201, format, wireEntity(context, type, entity), headers);
    }
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

function list(request: CellRequest, context: UserDataContext, set: string): PersoniumReply {
  const type = entityTypeOf(context, set);
  const columns = columnsOf(context, type);
  const query = parseListQuery(request.url.searchParams, columns, context.limits, '__id');
  const format = formatOf(request);
  const page = pageOf(type.entities, query, columns, (id) => type.entities.get(id));
  const rows = page.rows.map((entity) => wireEntity(context, type, entity, query.select));
  return listReply(format, `${context.collectionUrl}/${set}`, rows, page.count);
}

function answerEntity(
  request: CellRequest,
  context: UserDataContext,
  set: string,
  keyText: string,
): PersoniumReply {
  const type = entityTypeOf(context, set);
  const id = keyOf(keyText);
  const ifMatch = request.headers['if-match'];
  const body = () => request.body.toString('utf8');
  switch (request.method) {
    case 'GET': {
      const entity = entityOf(context, set, id);
      const etag = etagOf(entity);
      if (request.headers['if-none-match'] === etag) {
        return { status: 304, headers: { ETag: etag } };
      }
      const select = request.url.searchParams.get('$select')?.split(',');
      const row = wireEntity(context, type, entity, select);
      return entryReply(200, formatOf(request), row, { ETag: etag });
    }
    case 'PUT':
      return noContent({ ETag: etagOf(replaceEntity(context, { set, id, ifMatch }, body())) });
    case 'MERGE':
      return noContent({ ETag: etagOf(mergeEntity(context, { set, id, ifMatch }, body())) });
    case 'DELETE':
      deleteEntity(context, { set, id, ifMatch });
      return noContent();
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}
