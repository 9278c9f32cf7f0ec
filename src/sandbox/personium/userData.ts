import { randomUUID } from 'node:crypto';
import type { Entity, EntityType, ODataCollection, Property, Stored, Values } from './collection';
import { addProperty } from './collection';
import { PersoniumError } from './errors';
import type { Columns } from './filter';
import type { JsonObject, JsonValue } from './json';
import { parseObject } from './json';
import type { UnitLimits } from './limits';
import type { UnitHooks } from './unitHooks';
import { declaredValue, dynamicType, mergedValue, storedValue, wireValue } from './values';
import type { ValueRules } from './values';

/** A collection with what its operations depend on. */
export interface UserDataContext {
  readonly collection: ODataCollection;
  /** Without a slash at the end. */
  readonly collectionUrl: string;
  readonly limits: UnitLimits;
  readonly hooks: UnitHooks;
  readonly now: number;
  /** Whether a request that would make a dynamic property meets another that just does; counts it. */
  readonly meetsRegistration: () => boolean;
}

const MANAGED: ReadonlySet<string> = new Set(['__published', '__updated', '__metadata']);
const DYNAMIC_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-_]{0,127}$/;
const LONGEST_ID = 400;

export function entityTypeOf({ collection }: UserDataContext, set: string): EntityType {
  const type = collection.entityTypes.get(set);
  if (type === undefined) {
    throw new PersoniumError('PR404-OD-0001');
  }
  return type;
}

export function entityOf(context: UserDataContext, set: string, id: string): Entity {
  const entity = entityTypeOf(context, set).entities.get(id);
  if (entity === undefined) {
    throw new PersoniumError('PR404-OD-0002');
  }
  return entity;
}

export function createEntity(context: UserDataContext, set: string, body: string): Entity {
  const type = entityTypeOf(context, set);
  const sent = readBody(body);
  const id = idOf(sent.__id);
  const values = newValues(context, type, sent);
  if (type.entities.has(id)) {
    throw new PersoniumError('PR409-OD-0003');
  }
  const { now } = context;
  const entity: Entity = { id, version: 1, published: now, updated: now, values };
  type.entities.set(id, entity);
  return entity;
}

/** Properties that are not sent take their defaults again. */
export function replaceEntity(
  context: UserDataContext,
  { set, id, ifMatch }: Addressed,
  body: string,
): Entity {
  const { type, entity } = found(context, { set, id, ifMatch });
  const values = newValues(context, type, readBody(body));
  const kept = context.hooks.putKeepsDynamic ? dynamicValues(entity, type) : {};
  return keep(context, type, entity, { ...kept, ...values });
}

/** Only properties that are sent change. */
export function mergeEntity(context: UserDataContext, { set, id, ifMatch }: Addressed, body: string): Entity {
  const { type, entity } = found(context, { set, id, ifMatch });
  const sent = readBody(body);
  const rules = rulesOf(context);
  const values: Record<string, Stored> = { ...entity.values };
  for (const [name, value] of Object.entries(sent)) {
    const property = type.properties.get(name);
    if (name === '__id') {
      continue;
    }
    if (property?.isDeclared === true) {
      values[name] = mergedValue(values[name], value, property, rules);
    }
  }
  return keep(context, type, entity, { ...values, ...dynamicOf(context, type, sent, rules) });
}

export function deleteEntity(context: UserDataContext, addressed: Addressed): void {
  const { type, entity } = found(context, addressed);
  type.entities.delete(entity.id);
}

export interface Addressed {
  readonly set: string;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

function found(
  context: UserDataContext,
  { set, id, ifMatch }: Addressed,
): { readonly type: EntityType; readonly entity: Entity } {
  const type = entityTypeOf(context, set);
  const entity = entityOf(context, set, id);
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(entity)) {
    throw new PersoniumError('PR412-OD-0002');
  }
  return { type, entity };
}

function keep({ now }: UserDataContext, type: EntityType, entity: Entity, values: Values): Entity {
  const { id, published, version } = entity;
  const changed: Entity = { id, version: version + 1, published, updated: now, values };
  type.entities.set(id, changed);
  return changed;
}

function readBody(body: string): JsonObject {
  const sent = parseObject(body);
  for (const name of Object.keys(sent)) {
    if (MANAGED.has(name)) {
      throw new PersoniumError('PR400-OD-0007', `${name} is management information name. Cannot request.`);
    }
  }
  return sent;
}

function idOf(sent: JsonValue | undefined): string {
  if (sent === undefined || sent === null) {
    return randomUUID().replaceAll('-', '');
  }
  const isId = typeof sent === 'string' && sent !== '' && sent.length <= LONGEST_ID && !/[\r\n]/.test(sent);
  if (!isId) {
    throw new PersoniumError('PR400-OD-0006', '__id');
  }
  return sent;
}

function rulesOf({ collection, now, limits, hooks }: UserDataContext): ValueRules {
  return { collection, now, textBytes: limits.textBytes, refusesQuoted: hooks.refusesQuoted };
}

function newValues(context: UserDataContext, type: EntityType, sent: JsonObject): Values {
  const rules = rulesOf(context);
  const values: Record<string, Stored> = {};
  for (const property of type.properties.values()) {
    if (property.isDeclared) {
      values[property.name] = declaredValue(sent[property.name], property, rules);
    }
  }
  return Object.assign(values, dynamicOf(context, type, sent, rules));
}

/** Values of dynamic properties; those that are new are registered when all of them are in order. */
function dynamicOf(context: UserDataContext, type: EntityType, sent: JsonObject, rules: ValueRules): Values {
  const values: Record<string, Stored> = {};
  const added: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(sent)) {
    const property = type.properties.get(name);
    if (property?.isDeclared === true || name === '__id') {
      continue;
    }
    if (property !== undefined) {
      values[name] = storedValue(value, property, rules);
    } else if (DYNAMIC_NAME.test(name)) {
      const newType = dynamicType(name, value);
      values[name] = storedValue(value, newProperty(name, newType), rules);
      added.push([name, newType]);
    } else {
      throw new PersoniumError('PR400-OD-0006', name);
    }
  }
  if (added.length > 0) {
    register(context, type, added);
  }
  return values;
}

function register(
  { limits, meetsRegistration, now }: UserDataContext,
  type: EntityType,
  added: readonly (readonly [string, string])[],
): void {
  if (type.properties.size + added.length > limits.properties) {
    throw new PersoniumError('PR400-OD-0032');
  }
  if (meetsRegistration()) {
    throw new PersoniumError('PR503-SV-0001');
  }
  for (const [name, newType] of added) {
    addProperty(type, name, newType, now, { isDeclared: false });
  }
}

function newProperty(name: string, type: string): Property {
  return {
    name,
    type,
    nullable: true,
    defaultValue: null,
    collectionKind: 'None',
    isDeclared: false,
    alias: '',
    published: 0,
  };
}

function dynamicValues(entity: Entity, type: EntityType): Values {
  return Object.fromEntries(
    Object.entries(entity.values).filter(([name]) => type.properties.get(name)?.isDeclared === false),
  );
}

export function etagOf({ version, updated }: Entity): string {
  return `W/"${version}-${updated}"`;
}

/** The key as URLs of answers have it: a blank is a plus sign. */
export function formEncodedKey(id: string): string {
  return encodeURIComponent(id.replaceAll("'", "''"))
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** An entity as JSON says it; `select`: the columns that were asked for, undefined for all. */
export function wireEntity(
  { collection, collectionUrl }: UserDataContext,
  type: EntityType,
  entity: Entity,
  select?: readonly string[],
): Record<string, unknown> {
  const uri = `${collectionUrl}/${type.name}('${formEncodedKey(entity.id)}')`;
  const wire: Record<string, unknown> = {
    __metadata: { uri, etag: etagOf(entity), type: `UserData.${type.name}` },
    __id: entity.id,
    __published: `/Date(${entity.published})/`,
    __updated: `/Date(${entity.updated})/`,
  };
  for (const property of type.properties.values()) {
    const value = entity.values[property.name];
    if (value !== undefined || property.isDeclared) {
      wire[property.name] = wireValue(value ?? null, property, collection);
    }
  }
  if (select === undefined) {
    return wire;
  }
  const shown = new Set(['__metadata', ...select]);
  return Object.fromEntries(Object.entries(wire).filter(([name]) => shown.has(name)));
}

/** Columns of an entity set, for queries. */
export function columnsOf({ limits }: UserDataContext, type: EntityType): Columns<Entity> {
  return {
    comparedCharacters: limits.comparedCharacters,
    typeOf: (name) => {
      switch (name) {
        case '__id':
          return 'Edm.String';
        case '__published':
        case '__updated':
          return 'Edm.DateTime';
        default:
          return type.properties.get(name)?.type;
      }
    },
    isList: (name) => type.properties.get(name)?.collectionKind === 'List',
    read: (entity, name) => {
      switch (name) {
        case '__id':
          return entity.id;
        case '__published':
          return entity.published;
        case '__updated':
          return entity.updated;
        default:
          return entity.values[name];
      }
    },
  };
}
