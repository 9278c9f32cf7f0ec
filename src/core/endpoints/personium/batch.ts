/** One operation of a `$batch`: what is done to one entity. */
export interface BatchOperation {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Relative to the collection, as `batchPath` gives it. */
  readonly path: string;
  /** JSON on one line; empty for a deletion. */
  readonly body: string;
  /** Revision that the entity must have. */
  readonly ifMatch?: string;
}

/** More in one request is refused as a whole. */
export const MAX_OPERATIONS = 1000;

export interface BatchBody {
  readonly contentType: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The body of a `$batch`, by the grammar that Personium's own parser takes: the first line is the boundary, every
 * write stands in a change set, header names have this very case and occur once, and one blank line follows them. Each
 * operation has a change set of its own, so that an answer can't be taken for another's. `name` tells the boundaries
 * of one request from what may stand in its values.
 */
export function batchBody(operations: readonly BatchOperation[], name: string): BatchBody {
  const batch = `batch_${name}`;
  const changeSet = `changeset_${name}`;
  const parts = operations.map((operation) => {
    const inner = changeSetOf(operation, changeSet);
    return (
      `--${batch}\r\nContent-Type: multipart/mixed; boundary=${changeSet}\r\n` +
      `Content-Length: ${Buffer.byteLength(inner)}\r\n\r\n${inner}\r\n`
    );
  });
  return {
    contentType: `multipart/mixed; boundary=${batch}`,
    body: new TextEncoder().encode(`${parts.join('')}--${batch}--\r\n`),
  };
}

function changeSetOf({ method, path, body, ifMatch }: BatchOperation, changeSet: string): string {
  return (
    `--${changeSet}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n` +
    `${method} ${path} HTTP/1.1\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n` +
    `${ifMatch === undefined ? '' : `If-Match: ${ifMatch}\r\n`}\r\n${body}\r\n\r\n--${changeSet}--\r\n`
  );
}

/** About how many bytes an operation takes besides its body. */
export const BYTES_AROUND = 400;
