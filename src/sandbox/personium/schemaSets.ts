import { addComplexType, addEntityType, addProperty, isSimple } from './collection';
import type { ComplexType, EntityType, ODataCollection, Property } from './collection';
import { schemaEdmx, serviceDocument, userDataEdmx } from './edmx';
import { PersoniumError } from './errors';
import type { JsonObject, JsonValue } from './json';
import { parseObject } from './json';
import { entryReply, noContent } from './odataReply';
import type { CellRequest, PersoniumReply } from './request';
import type { PlainRow, RowSet } from './rowSets';
import { listRows, wireRow } from './rowSets';
import type { UserDataContext } from './userData';

const SETS = ['EntityType', 'Property', 'ComplexType', 'ComplexTypeProperty', 'AssociationEnd'] as const;
type SchemaSet = (typeof SETS)[number];

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9-_]{0,127}$/;

/** Answers `{collection}/$metadata` and what lies below it. */
export function answerSchema(
  request: CellRequest,
  context: UserDataContext,
  more: readonly string[],
): PersoniumReply {
  const [segment] = more;
  if (segment === undefined) {
    return answerMetadata(request, context);
  }
  if (segment === '$metadata') {
    return xmlReply('application/xml;charset=utf-8', schemaEdmx(SETS));
  }
  const [, name = '', key] = /^([A-Za-z]+)(?:\((.*)\))?$/.exec(segment) ?? [];
  const set = SETS.find((one) => one === name);
  if (set === undefined || more.length > 1) {
    throw new PersoniumError('PR404-OD-0001');
  }
  return key === undefined ? answerSet(request, context, set) : answerOne(request, context, set, key);
}

function answerMetadata({ method, url, headers }: CellRequest, context: UserDataContext): PersoniumReply {
  if (method !== 'GET') {
    throw new PersoniumError('PR405-MC-0001');
  }
  const accept = headers.accept ?? '';
  if (url.searchParams.get('$format') === 'atomsvc' || accept.includes('application/atomsvc+xml')) {
    const text = serviceDocument(`${context.collectionUrl}/$metadata`, SETS);
    return xmlReply('application/atomsvc+xml;charset=utf-8', text);
  }
  const isXml = accept === '' || accept.includes('*/*') || accept.includes('application/xml');
  if (!isXml) {
    throw new PersoniumError('PR406-OD-0001', accept);
  }
  return xmlReply('application/xml;charset=utf-8', userDataEdmx(context.collection));
}

function xmlReply(type: string, body: string): PersoniumReply {
  return { status: 200, headers: { 'Content-Type': type, DataServiceVersion: '2.0' }, body };
}

function answerSet(request: CellRequest, context: UserDataContext, set: SchemaSet): PersoniumReply {
  switch (request.method) {
    case 'GET':
      return listRows(request, rowSet(context, set), context.limits);
    case 'POST': {
      const key = create(context, set, parseObject(request.body.toString('utf8')));
      const rows = rowSet(context, set);
      const row = rowOf(rows, key);
      const wire = wireRow(rows, row);
      return entryReply(201, 'json', wire, { Location: `${rows.url}(${key})` });
    }
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

function answerOne(
  request: CellRequest,
  context: UserDataContext,
  set: SchemaSet,
  keyText: string,
): PersoniumReply {
  const key = keyText.replaceAll(/,\s+/g, ',');
  const rows = rowSet(context, set);
  const row = rowOf(rows, key);
  switch (request.method) {
    case 'GET':
      return entryReply(200, 'json', wireRow(rows, row));
    case 'DELETE':
      remove(context.collection, set, row);
      return noContent();
    case 'PUT':
      change(context, set, row, parseObject(request.body.toString('utf8')));
      return noContent();
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

function rowOf({ rows, key: keyOfRow }: RowSet, key: string): PlainRow {
  const row = rows.find((one) => keyOfRow(one) === key);
  if (row === undefined) {
    throw new PersoniumError('PR404-OD-0002');
  }
  return row;
}

function rowSet({ collection, collectionUrl }: UserDataContext, set: SchemaSet): RowSet {
  const url = `${collectionUrl}/$metadata/${set}`;
  const type = `ODataSvcSchema.${set}`;
  const byName = ({ Name: name }: PlainRow) => `'${String(name)}'`;
  switch (set) {
    case 'EntityType':
      return { type, url, key: byName, rows: [...collection.entityTypes.values()].map(typeRow) };
    case 'ComplexType':
      return { type, url, key: byName, rows: [...collection.complexTypes.values()].map(typeRow) };
    case 'Property':
      return {
        type,
        url,
        key: keyWith('_EntityType.Name'),
        rows: [...collection.entityTypes.values()].flatMap(({ name, properties }) =>
          [...properties.values()].map((property) => propertyRow(property, '_EntityType.Name', name)),
        ),
      };
    case 'ComplexTypeProperty':
      return {
        type,
        url,
        key: keyWith('_ComplexType.Name'),
        rows: [...collection.complexTypes.values()].flatMap(({ name, properties }) =>
          [...properties.values()].map((property) => propertyRow(property, '_ComplexType.Name', name)),
        ),
      };
    case 'AssociationEnd':
      return { type, url, key: byName, rows: [] };
  }
}

function keyWith(owner: string): RowSet['key'] {
  return (row) => `Name='${String(row.Name)}',${owner}='${String(row[owner])}'`;
}

function typeRow({ name, published }: EntityType | ComplexType): PlainRow {
  return { Name: name, __published: published };
}

function propertyRow(
  { name, type, nullable, defaultValue, collectionKind, isDeclared, published }: Property,
  owner: '_EntityType.Name' | '_ComplexType.Name',
  ownerName: string,
): PlainRow {
  const row = {
    Name: name,
    [owner]: ownerName,
    Type: type,
    Nullable: nullable,
    DefaultValue: defaultValue,
    CollectionKind: collectionKind,
  };
  const more = owner === '_EntityType.Name' ? { IsKey: false, UniqueKey: null, IsDeclared: isDeclared } : {};
  return { ...row, ...more, __published: published };
}

/** Makes what the body says; returns its key. */
function create(context: UserDataContext, set: SchemaSet, body: JsonObject): string {
  const { collection, limits, now } = context;
  const name = nameIn(body, 'Name');
  switch (set) {
    case 'EntityType':
    case 'ComplexType': {
      const types = set === 'EntityType' ? collection.entityTypes : collection.complexTypes;
      absent(types, name);
      if (types.size >= limits.entityTypes) {
        throw new PersoniumError('PR400-OD-0033');
      }
      (set === 'EntityType' ? addEntityType : addComplexType)(collection, name, now);
      return `'${name}'`;
    }
    case 'Property':
    case 'ComplexTypeProperty': {
      const ownerKey = set === 'Property' ? '_EntityType.Name' : '_ComplexType.Name';
      const ownerName = nameIn(body, ownerKey);
      const owners = set === 'Property' ? collection.entityTypes : collection.complexTypes;
      const owner = owners.get(ownerName);
      if (owner === undefined) {
        throw new PersoniumError('PR400-OD-0024', ownerKey);
      }
      absent(owner.properties, name);
      addProperty(owner, name, typeIn(body, collection), now, settingsIn(body, owner, limits.properties));
      return `Name='${name}',${ownerKey}='${ownerName}'`;
    }
    case 'AssociationEnd':
      throw new PersoniumError('PR501-MC-0001');
  }
}

function settingsIn(
  body: JsonObject,
  owner: EntityType | ComplexType,
  most: number,
): { nullable: boolean; defaultValue: string | null; collectionKind: 'None' | 'List' } {
  if (owner.properties.size >= most) {
    throw new PersoniumError('PR400-OD-0032');
  }
  const { Nullable: nullable = true, DefaultValue: given = null, CollectionKind: kind = 'None' } = body;
  const hasData = 'entities' in owner && owner.entities.size > 0;
  if (typeof nullable !== 'boolean' || (!nullable && hasData)) {
    throw new PersoniumError('PR400-OD-0006', 'Nullable');
  }
  if (kind !== 'None' && kind !== 'List') {
    throw new PersoniumError('PR400-OD-0006', 'CollectionKind');
  }
  if (given !== null && typeof given !== 'string') {
    throw new PersoniumError('PR400-OD-0006', 'DefaultValue');
  }
  return { nullable, defaultValue: given, collectionKind: kind };
}

function remove(collection: ODataCollection, set: SchemaSet, row: PlainRow): void {
  const name = String(row.Name);
  switch (set) {
    case 'EntityType': {
      const type = collection.entityTypes.get(name);
      if (type !== undefined && (type.entities.size > 0 || type.properties.size > 0)) {
        throw new PersoniumError('PR409-OD-0001');
      }
      collection.entityTypes.delete(name);
      return;
    }
    case 'ComplexType':
      collection.complexTypes.delete(name);
      return;
    case 'Property': {
      const type = collection.entityTypes.get(String(row['_EntityType.Name']));
      const isUsed = [...(type?.entities.values() ?? [])].some(
        ({ values }) => (values[name] ?? null) !== null,
      );
      if (isUsed) {
        throw new PersoniumError('PR409-OD-0001');
      }
      type?.properties.delete(name);
      return;
    }
    case 'ComplexTypeProperty':
      collection.complexTypes.get(String(row['_ComplexType.Name']))?.properties.delete(name);
      return;
    case 'AssociationEnd':
      return;
  }
}

/** A property may become a Double where it was an Int32, and nothing else. */
function change({ collection, now }: UserDataContext, set: SchemaSet, row: PlainRow, body: JsonObject): void {
  const type = collection.entityTypes.get(String(row['_EntityType.Name']));
  const property = type?.properties.get(String(row.Name));
  if (set !== 'Property' || type === undefined || property === undefined) {
    throw new PersoniumError('PR501-MC-0001');
  }
  const { Type: wanted = property.type } = body;
  if (wanted !== property.type && !(property.type === 'Edm.Int32' && wanted === 'Edm.Double')) {
    const name = typeof wanted === 'string' ? wanted : '';
    const what = `Type modification from [${property.type}] to [${name}]`;
    throw new PersoniumError('PR400-OD-0042', what);
  }
  addProperty(type, property.name, wanted, now, { ...property });
}

function typeIn(body: JsonObject, collection: ODataCollection): string {
  const { Type: type } = body;
  if (typeof type !== 'string' || !(isSimple(type) || collection.complexTypes.has(type))) {
    throw new PersoniumError('PR400-OD-0006', 'Type');
  }
  return type;
}

function nameIn(body: JsonObject, key: string): string {
  const name: JsonValue | undefined = body[key];
  if (name === undefined || name === null) {
    throw new PersoniumError('PR400-OD-0009', key);
  }
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new PersoniumError('PR400-OD-0006', key);
  }
  return name;
}

function absent(map: ReadonlyMap<string, unknown>, name: string): void {
  if (map.has(name)) {
    throw new PersoniumError('PR409-OD-0003');
  }
}
