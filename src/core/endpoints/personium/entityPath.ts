/** Where an entity set is below its cell; all parts encoded for a path. */
export interface EntitySetPlace {
  /** The OData collection, such as `sales/stock`. */
  readonly collection: string;
  /** The set, such as `Product`. */
  readonly set: string;
}

/** A part of a path as a URL carries it; null for what would lead elsewhere. */
export function encodeSegment(name: string): string | null {
  // A segment of dots alone is resolved before a request leaves, encoded or not.
  return name === '' || /^\.{1,2}$/.test(name) ? null : encodeText(name);
}

/** A part of a path as a person reads it. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** An entity set by its id, however its parts are encoded: box, folders, collection, set. Null when it is no such id. */
export function entitySetPlace(targetId: string): EntitySetPlace | null {
  const segments: string[] = [];
  for (const segment of targetId.split('/')) {
    const encoded = encodeSegment(decodeSegment(segment));
    if (encoded === null) {
      return null;
    }
    segments.push(encoded);
  }
  const set = segments.pop();
  return set === undefined || segments.length < 2 ? null : { collection: segments.join('/'), set };
}

export function entitySetPath({ collection, set }: EntitySetPlace): string {
  return `${collection}/${set}`;
}

/** One entity, for a request of its own. */
export function entityPath(place: EntitySetPlace, id: string): string {
  return `${entitySetPath(place)}('${encodeText(id.replaceAll("'", "''"))}')`;
}

/**
 * Whether a path inside of a batch can name this entity. Such a path is not decoded and is cut at blanks; what it does
 * with other signs of addresses is not documented, and the wrong entity must not be hit.
 */
export function fitsBatchPath(id: string): boolean {
  return !/['"/\\?#%&+()\s\p{Cc}\p{Surrogate}]/u.test(id);
}

/** The entity as a path inside of a batch, relative to the collection. */
export function batchPath({ set }: EntitySetPlace, id: string): string {
  return `${decodeSegment(set)}('${id}')`;
}

/** Halves of surrogate pairs, which no address can hold, become the sign for what can't be shown. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
}
