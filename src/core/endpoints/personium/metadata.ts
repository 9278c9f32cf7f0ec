import { childrenOf, elementsOf, readXml } from './xml';
import type { XmlElement } from './xml';

/** Schema of an OData collection, as `$metadata` tells it. */
export interface Metadata {
  /** Names of the entity sets in their order; each has the type of its own name. */
  readonly entitySets: readonly string[];
  readonly entityTypes: ReadonlyMap<string, EntityType>;
  /** Parts of the complex types, by the type's name without its namespace. */
  readonly complexTypes: ReadonlyMap<string, readonly Property[]>;
}

export interface EntityType {
  readonly properties: readonly Property[];
  /** Values of unknown names create properties. */
  readonly open: boolean;
}

export interface Property {
  readonly name: string;
  /** `Edm.String` and the like, or the name of a complex type with its namespace. */
  readonly type: string;
  readonly nullable: boolean;
  /** Null without one. */
  readonly defaultValue: string | null;
  readonly isList: boolean;
  /** False for one that came to be by values alone. */
  readonly isDeclared: boolean;
  /** Most characters by the property's `Format`; null when that does not tell. */
  readonly maxLength: number | null;
}

/** Reads an EDMX document; null when it is none. */
export function readMetadata(document: Uint8Array): Metadata | null {
  const root = readXml(document);
  if (root?.name !== 'Edmx') {
    return null;
  }
  const schemas = elementsOf(root, 'Schema');
  const types = schemas.flatMap((schema) => childrenOf(schema, 'EntityType'));
  const entityTypes = new Map(types.map((type) => [nameOf(type), entityTypeOf(type)]));
  const sets = elementsOf(root, 'EntitySet').map(nameOf);
  return {
    entitySets: sets.filter((name) => entityTypes.has(name)),
    entityTypes,
    complexTypes: new Map(
      schemas
        .flatMap((schema) => childrenOf(schema, 'ComplexType'))
        .map((type) => [nameOf(type), propertiesOf(type)]),
    ),
  };
}

function entityTypeOf(element: XmlElement): EntityType {
  return { properties: propertiesOf(element), open: element.attributes.OpenType === 'true' };
}

function propertiesOf(element: XmlElement): Property[] {
  return childrenOf(element, 'Property').map(({ attributes }) => ({
    name: attributes.Name ?? '',
    type: attributes.Type ?? '',
    nullable: attributes.Nullable !== 'false',
    defaultValue: attributes.DefaultValue ?? null,
    isList: attributes.CollectionKind === 'List',
    isDeclared: attributes.IsDeclared !== 'false',
    maxLength: longestOf(attributes.Format),
  }));
}

function nameOf({ attributes }: XmlElement): string {
  return attributes.Name ?? '';
}

/** `regEx('^.{1,400}$')` */
function longestOf(format: string | undefined): number | null {
  const longest = /\.\{\d+,(\d+)\}\$/.exec(format ?? '')?.[1];
  return longest === undefined ? null : Number(longest);
}
