import type { Acl } from './dav';

/** A value as it is kept: a DateTime as milliseconds, a list as an array, a complex value as an object. */
export type Stored =
  string | number | boolean | null | readonly Stored[] | { readonly [name: string]: Stored };

export type Values = Readonly<Record<string, Stored>>;

export interface Entity {
  readonly id: string;
  /** Grows with every change; with `updated` it makes the ETag. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly published: number;
  readonly updated: number;
  /** Without `__id`, `__published` and `__updated`. A declared property that was not set is absent or null. */
  readonly values: Values;
}

export const SIMPLE_TYPES = [
  'Edm.Boolean',
  'Edm.String',
  'Edm.Single',
  'Edm.Int32',
  'Edm.Double',
  'Edm.DateTime',
] as const;
export type SimpleType = (typeof SIMPLE_TYPES)[number];

export function isSimple(type: string): type is SimpleType {
  return (SIMPLE_TYPES as readonly string[]).includes(type);
}

/** A property of an entity type or of a complex type. */
export interface Property {
  readonly name: string;
  /** `Edm.…` or the name of a complex type. */
  readonly type: string;
  readonly nullable: boolean;
  readonly defaultValue: string | null;
  readonly collectionKind: 'None' | 'List';
  /** False: the first value of that name has made it. */
  readonly isDeclared: boolean;
  /** The name under which snapshots keep its values. */
  readonly alias: string;
  readonly published: number;
}

export interface ComplexType {
  readonly name: string;
  readonly published: number;
  readonly properties: Map<string, Property>;
}

export interface EntityType {
  readonly name: string;
  readonly published: number;
  readonly properties: Map<string, Property>;
  /** By `__id`, in the order in which they were made. */
  readonly entities: Map<string, Entity>;
}

/** An OData collection: entity types with their entities. */
export interface ODataCollection {
  readonly kind: 'odata';
  readonly name: string;
  readonly published: number;
  acl: Acl;
  readonly entityTypes: Map<string, EntityType>;
  readonly complexTypes: Map<string, ComplexType>;
}

export function makeCollection(name: string, now: number, acl: Acl = []): ODataCollection {
  return { kind: 'odata', name, published: now, acl, entityTypes: new Map(), complexTypes: new Map() };
}

export interface PropertySettings {
  readonly nullable?: boolean;
  readonly defaultValue?: string | null;
  readonly collectionKind?: 'None' | 'List';
  readonly isDeclared?: boolean;
}

export function addEntityType(collection: ODataCollection, name: string, now: number): EntityType {
  const type: EntityType = { name, published: now, properties: new Map(), entities: new Map() };
  collection.entityTypes.set(name, type);
  return type;
}

export function addComplexType(collection: ODataCollection, name: string, now: number): ComplexType {
  const type: ComplexType = { name, published: now, properties: new Map() };
  collection.complexTypes.set(name, type);
  return type;
}

/** Adds a property, or replaces the one of that name, which keeps its alias. */
export function addProperty(
  owner: EntityType | ComplexType,
  name: string,
  type: string,
  now: number,
  settings: PropertySettings = {},
): Property {
  const known = owner.properties.get(name);
  const property: Property = {
    name,
    type,
    nullable: settings.nullable ?? true,
    defaultValue: settings.defaultValue ?? null,
    collectionKind: settings.collectionKind ?? 'None',
    isDeclared: settings.isDeclared ?? true,
    alias: known?.alias ?? nextAlias(owner, isSimple(type) ? 'P' : 'C'),
    published: known?.published ?? now,
  };
  owner.properties.set(name, property);
  return property;
}

/** Of simple types `P001`, of complex types `C001`, and so on. */
function nextAlias(owner: EntityType | ComplexType, letter: 'P' | 'C'): string {
  const used = [...owner.properties.values()]
    .filter(({ alias }) => alias.startsWith(letter))
    .map(({ alias }) => Number(alias.slice(1)));
  return `${letter}${String(Math.max(0, ...used) + 1).padStart(3, '0')}`;
}
