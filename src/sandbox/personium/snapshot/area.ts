import { PersoniumError } from '../errors';
import type { CellRequest, PersoniumReply } from '../request';
import { multistatus } from './multistatus';
import type { AreaResource } from './multistatus';

/** A file of the snapshot area. */
export interface AreaFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly published: number;
  readonly updated: number;
}

/** Files of the area at the most. */
const MOST_FILES = 1024;

/** What lies below `{CellURL}__snapshot`. An import leaves it as it is, for it is not part of the cell's contents. */
export class SnapshotArea {
  readonly #files = new Map<string, AreaFile>();
  /** Folders of exports: their names are taken, and there is no file yet, or never will be. */
  readonly #reserved = new Set<string>();

  get(name: string): AreaFile | undefined {
    return this.#files.get(name);
  }

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  isTaken(name: string): boolean {
    return this.#files.has(name) || this.#reserved.has(name);
  }

  reserve(name: string): void {
    this.#reserved.add(name);
  }

  release(name: string): void {
    this.#reserved.delete(name);
  }

  put(name: string, bytes: Uint8Array, { contentType, now }: { contentType: string; now: number }): AreaFile {
    const known = this.#files.get(name);
    const version = (known?.version ?? 0) + 1;
    const file = { bytes, contentType, version, published: known?.published ?? now, updated: now };
    this.#reserved.delete(name);
    this.#files.set(name, file);
    return file;
  }

  handle(request: CellRequest): PersoniumReply {
    const [, name = '', ...deeper] = request.path;
    if (deeper.length > 0) {
      throw new PersoniumError('PR404-MC-0001');
    }
    return name === '' ? this.#onArea(request) : this.#onFile(request, name);
  }

  #onArea(request: CellRequest): PersoniumReply {
    if (request.method !== 'PROPFIND') {
      throw notAllowed(request);
    }
    request.requireCell('root');
    const files = depthOf(request) === '0' ? [] : this.names();
    const area: AreaResource = { href: areaUrl(request) };
    return multistatus([area, ...files.map((name) => resource(request, name, this.#files.get(name)))]);
  }

  #onFile(request: CellRequest, name: string): PersoniumReply {
    switch (request.method) {
      case 'PUT':
        return this.#replace(request, name);
      case 'GET':
      case 'HEAD':
        return read(request, this.#existing(request, name));
      case 'DELETE':
        requireMatch(request, this.#existing(request, name));
        this.#files.delete(name);
        return { status: 204 };
      case 'PROPFIND': {
        const file = this.#existing(request, name);
        depthOf(request);
        return multistatus([resource(request, name, file)]);
      }
      default:
        throw notAllowed(request);
    }
  }

  /** What is not there is said before who asks is looked at. */
  #existing(request: CellRequest, name: string): AreaFile {
    const file = this.#files.get(name);
    if (file === undefined) {
      throw new PersoniumError('PR404-DV-0001', `${areaUrl(request)}/${name}`);
    }
    request.requireCell('root');
    return file;
  }

  #replace(request: CellRequest, name: string): PersoniumReply {
    request.requireCell('root');
    const known = this.#files.get(name);
    if (known !== undefined) {
      requireMatch(request, known);
    } else if (this.#files.size >= MOST_FILES) {
      throw new PersoniumError('PR400-DV-0007');
    }
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    const file = this.put(name, request.body, { contentType, now: request.now });
    return { status: known === undefined ? 201 : 204, headers: { ETag: etag(file) } };
  }
}

function areaUrl({ cellUrl }: CellRequest): string {
  return `${cellUrl}__snapshot`;
}

function resource(request: CellRequest, name: string, file: AreaFile | undefined): AreaResource {
  return { href: `${areaUrl(request)}/${encodeURIComponent(name)}`, ...(file === undefined ? {} : { file }) };
}

/** Ranges are promised and never given, as the server does. */
function read(request: CellRequest, file: AreaFile): PersoniumReply {
  const ETag = etag(file);
  return request.headers['if-none-match'] === ETag
    ? { status: 304, headers: { ETag } }
    : {
        status: 200,
        headers: { ETag, 'Accept-Ranges': 'bytes', 'Content-Type': file.contentType },
        body: file.bytes,
      };
}

function etag({ version, updated }: AreaFile): string {
  return `"${version}-${updated}"`;
}

function requireMatch({ headers }: CellRequest, file: AreaFile): void {
  const wanted = headers['if-match'];
  if (wanted !== undefined && wanted !== '*' && wanted.replace(/^W\//, '') !== etag(file)) {
    throw new PersoniumError('PR412-DV-0001');
  }
}

function depthOf({ headers }: CellRequest): '0' | '1' {
  const { depth } = headers;
  if (depth === 'infinity') {
    throw new PersoniumError('PR403-DV-0001');
  }
  if (depth !== '0' && depth !== '1') {
    throw new PersoniumError('PR400-DV-0003', String(depth ?? null));
  }
  return depth;
}

function notAllowed({ method }: CellRequest): PersoniumError {
  return new PersoniumError(method === 'REPORT' ? 'PR501-MC-0001' : 'PR405-MC-0001');
}
