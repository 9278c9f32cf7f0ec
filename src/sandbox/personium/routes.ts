import { batchRefusal, callerOf, cellRefusal, nodeRefusal } from './access';
import type { NodeAccess } from './access';
import { answerBatch } from './batch';
import type { BatchSetting } from './batch';
import type { Cell } from './cellModel';
import { answerCellSets } from './cellSets';
import { makeCollection } from './collection';
import type { ODataCollection } from './collection';
import type { Acl, BoxPrivilege, DavFile, DavNode } from './dav';
import { nodeAt } from './dav';
import { answerEntities } from './entitySets';
import { PersoniumError } from './errors';
import { answerPropfind } from './propfind';
import type { CellRequest, PersoniumReply, PersoniumRequest } from './request';
import { jsonReply } from './request';
import { answerSchema } from './schemaSets';
import { answerUnitSets } from './unitSets';
import type { UnitState } from './unitState';
import { cellUrlOf, signInContext } from './unitState';
import type { UserDataContext } from './userData';

/** Leads requests to a unit to those who answer them. */
export class Routes {
  constructor(
    private readonly state: UnitState,
    private readonly running: (cell: Cell) => number,
  ) {}

  /** The cell that a path names, and the decoded segments below it; undefined where it names none. */
  cellAt(segments: readonly string[]): Cell | undefined {
    return this.state.cells.get(segments[0] ?? '');
  }

  /** Throws a `PersoniumError` to refuse. */
  async answer(request: PersoniumRequest, segments: readonly string[]): Promise<PersoniumReply> {
    const [first, ...path] = segments;
    if (first === undefined || first === '__ctl') {
      return this.#answerUnit(request, path);
    }
    const cell = this.cellAt(segments);
    if (cell === undefined) {
      throw new PersoniumError('PR404-DV-0003');
    }
    const cellRequest = this.#cellRequest(request, cell, path);
    return (await this.state.snapshots.handle(cellRequest)) ?? this.#answerCell(cellRequest);
  }

  #cellRequest(request: PersoniumRequest, cell: Cell, path: readonly string[]): CellRequest {
    const { state } = this;
    const caller = once(() => callerOf(request.headers, request.url, cell, signInContext(state)));
    return {
      ...request,
      cell,
      cellUrl: cellUrlOf(state, cell.name),
      path,
      running: () => this.running(cell),
      caller,
      requireCell: (privilege) => raise(cellRefusal(caller(), cell, privilege, state.hooks)),
      requireNode: (below, privilege) =>
        raise(nodeRefusal(caller(), accessTo(cell, below), privilege, state.hooks)),
    };
  }

  #answerUnit(request: PersoniumRequest, [segment, ...more]: readonly string[]): PersoniumReply {
    if (segment === undefined) {
      requireJson(request);
      return jsonReply(200, { unit: unitMetadata(this.state) });
    }
    if (more.length > 0) {
      throw new PersoniumError('PR404-MC-0001');
    }
    const { state } = this;
    const caller = callerOf(request.headers, request.url, undefined, signInContext(state));
    const { cells, limits } = state;
    return answerUnitSets(request, segment, caller, {
      cells,
      limits,
      cellUrl: (name) => cellUrlOf(state, name),
      requireUnlocked: (cell) => state.snapshots.requireUnlocked(cell),
    });
  }

  #answerCell(request: CellRequest): PersoniumReply {
    const [first] = request.path;
    switch (first) {
      case undefined:
        return this.#answerCellRoot(request);
      case '__token':
        return this.state.tokenEndpoint.answer(request);
      case '__ctl':
        return answerCellSets(request, this.state.limits);
      default:
        return this.#answerBox(request);
    }
  }

  #answerCellRoot(request: CellRequest): PersoniumReply {
    const { cell, cellUrl, method, headers } = request;
    switch (method) {
      case 'GET':
        requireJson(request);
        return jsonReply(200, { cell: { name: cell.name, url: cellUrl }, unit: unitMetadata(this.state) });
      case 'PROPFIND':
        request.requireCell('propfind');
        return answerPropfind(request, undefined, mayCell(request, 'acl-read'));
      case 'DELETE':
        this.#requireOwner(request);
        if (headers['x-personium-recursive'] !== 'true') {
          throw new PersoniumError('PR412-MC-0001', 'X-Personium-Recursive');
        }
        this.state.cells.delete(cell.name);
        return { status: 204 };
      default:
        throw new PersoniumError('PR405-MC-0001');
    }
  }

  /** A cell is deleted by the unit's master, its administrators, and the unit user whom it belongs to. */
  #requireOwner({ caller, cell }: CellRequest): void {
    const who = caller();
    switch (who.kind) {
      case 'master':
        return;
      case 'unitUser':
        if (!who.roles.has('UnitAdmin') && cell.owner !== who.url) {
          throw new PersoniumError('PR403-AU-0003');
        }
        return;
      case 'nobody':
        throw new PersoniumError('PR401-AU-0001');
      case 'wrong':
        throw who.refusal;
      case 'account':
      case 'passwordChange':
        throw new PersoniumError('PR403-AU-0001');
    }
  }

  #answerBox(request: CellRequest): PersoniumReply {
    const { cell, path, cellUrl } = request;
    const [boxName = '', ...below] = path;
    const box = cell.boxes.get(boxName);
    if (box === undefined) {
      if (boxName.startsWith('__')) {
        throw new PersoniumError('PR404-MC-0001');
      }
      throw new PersoniumError('PR404-DV-0002', `${cellUrl}${boxName}`);
    }
    for (let length = 0; length <= below.length; length++) {
      const node = nodeAt(box.root, below.slice(0, length));
      if (node?.kind === 'odata') {
        return this.#answerCollection(request, node, path.slice(0, length + 1), below.slice(length));
      }
    }
    const node = nodeAt(box.root, below);
    if (request.method === 'MKCOL') {
      return makeFolderOrCollection(request, node);
    }
    if (node === undefined) {
      request.requireNode(path, 'read');
      throw new PersoniumError('PR404-DV-0001', `${cellUrl}${path.join('/')}`);
    }
    return answerNode(request, node);
  }

  #answerCollection(
    request: CellRequest,
    collection: ODataCollection,
    collectionPath: readonly string[],
    [segment, ...more]: readonly string[],
  ): PersoniumReply {
    const require = (privilege: BoxPrivilege) => request.requireNode(collectionPath, privilege);
    const isRead = request.method === 'GET';
    if (segment === undefined) {
      return answerNode({ ...request, path: collectionPath }, collection);
    }
    const context = this.#context(request, collection, collectionPath);
    if (segment === '$metadata') {
      require(isRead ? 'read' : 'alter-schema');
      return answerSchema(request, context, more);
    }
    if (segment === '$batch') {
      if (request.method !== 'POST' || more.length > 0) {
        throw new PersoniumError('PR405-MC-0001');
      }
      return this.#answerBatch(request, context, collectionPath);
    }
    require(isRead ? 'read' : 'write');
    return answerEntities(request, context, segment, more);
  }

  #answerBatch(
    request: CellRequest,
    context: UserDataContext,
    collectionPath: readonly string[],
  ): PersoniumReply {
    const { caller, cell, headers, body } = request;
    const { hooks, onBug } = this.state;
    const access = accessTo(cell, collectionPath);
    raise(batchRefusal(caller(), access, hooks));
    const refusalFor = (privilege: BoxPrivilege) => () => nodeRefusal(caller(), access, privilege, hooks);
    return answerBatch(context, {
      contentType: headers['content-type'],
      body: body.toString('utf8'),
      readRefusal: refusalFor('read'),
      writeRefusal: refusalFor('write'),
      ...this.#plannedFor(),
      onBug,
    });
  }

  /** What the hooks have planned for the next batch; counts it. */
  #plannedFor(): Pick<BatchSetting, 'lockedFrom' | 'lateFrom' | 'lostAt'> {
    const { batchLock, batchTimeout, bulkFailure } = this.state.hooks;
    const less = <Plan extends { readonly batches: number }>(plan: Plan | null): Plan | null =>
      plan === null || plan.batches <= 1 ? null : { ...plan, batches: plan.batches - 1 };
    this.state.hooks = {
      ...this.state.hooks,
      batchLock: less(batchLock),
      batchTimeout: less(batchTimeout),
      bulkFailure: less(bulkFailure),
    };
    return {
      lockedFrom: batchLock?.from ?? Infinity,
      lateFrom: batchTimeout?.from ?? Infinity,
      lostAt: bulkFailure?.at ?? Infinity,
    };
  }

  #context(
    { now, cellUrl }: CellRequest,
    collection: ODataCollection,
    path: readonly string[],
  ): UserDataContext {
    const { state } = this;
    return {
      collection,
      collectionUrl: cellUrl + path.map(encodeURIComponent).join('/'),
      limits: state.limits,
      hooks: state.hooks,
      now,
      meetsRegistration: () => {
        const { doubleRegistrations } = state.hooks;
        state.hooks = { ...state.hooks, doubleRegistrations: Math.max(0, doubleRegistrations - 1) };
        return doubleRegistrations > 0;
      },
    };
  }
}

function answerNode(request: CellRequest, node: DavNode): PersoniumReply {
  const { method, path } = request;
  switch (method) {
    case 'PROPFIND':
      request.requireNode(path, 'read-properties');
      return answerPropfind(
        request,
        node,
        may(() => request.requireNode(path, 'read-acl')),
      );
    case 'GET':
      request.requireNode(path, 'read');
      if (node.kind === 'file') {
        return fileReply(node, request.headers['if-none-match']);
      }
      throw new PersoniumError('PR405-MC-0001');
    case 'REPORT':
      throw new PersoniumError('PR501-MC-0001');
    default:
      throw new PersoniumError('PR405-MC-0001');
  }
}

function fileReply(
  { contentType, version, updated, content }: DavFile,
  known: string | undefined,
): PersoniumReply {
  const etag = `"${version}-${updated}"`;
  if (known === etag) {
    return { status: 304, headers: { ETag: etag } };
  }
  return {
    status: 200,
    headers: { 'Content-Type': contentType, ETag: etag, 'Accept-Ranges': 'bytes' },
    body: content,
  };
}

/** MKCOL: an OData collection where the body says so, otherwise a folder. */
function makeFolderOrCollection(request: CellRequest, existing: DavNode | undefined): PersoniumReply {
  const { cell, path, body, now, cellUrl } = request;
  request.requireNode(path.slice(0, -1), 'bind');
  if (existing !== undefined) {
    throw new PersoniumError('PR405-DV-0001');
  }
  const parent = cell.nodeAt(path.slice(0, -1));
  if (parent?.kind !== 'folder') {
    throw new PersoniumError('PR409-DV-0001', cellUrl + path.slice(0, -1).join('/'));
  }
  const text = body.toString('utf8');
  const name = path.at(-1) ?? '';
  if (!/<[\w-]*:?collection\s*\/>/.test(text)) {
    throw new PersoniumError(text === '' ? 'PR400-DV-0001' : 'PR400-DV-0002');
  }
  const isOData = /<[\w-]*:?odata\s*\/>/.test(text);
  const folder = { kind: 'folder', name, published: now, acl: [], children: new Map() } as const;
  parent.children.set(name, isOData ? makeCollection(name, now) : { ...folder });
  return { status: 201 };
}

/** The ACLs on the way from the cell to what lies at a path; where nothing lies there, to what is above it. */
function accessTo(cell: Cell, path: readonly string[]): NodeAccess {
  const [name = '', ...below] = path;
  const box = cell.boxes.get(name);
  const acls: Acl[] = [cell.acl];
  for (let length = 0; box !== undefined && length <= below.length; length++) {
    const node = nodeAt(box.root, below.slice(0, length));
    if (node !== undefined) {
      acls.push(node.acl);
    }
  }
  return { cell, acls, isBasicAllowed: box?.schema === null };
}

function unitMetadata({ unitUrl }: UnitState): unknown {
  return { url: unitUrl, path_based_cellurl_enabled: true };
}

/** Without this wish a person's page is sent, which the unit has none of. */
function requireJson({ headers, method }: PersoniumRequest): void {
  if (method !== 'GET') {
    throw new PersoniumError('PR405-MC-0001');
  }
  if (headers.accept?.includes('application/json') !== true) {
    throw new PersoniumError('PR412-UI-0001', 'relayhtmlurl');
  }
}

function mayCell(request: CellRequest, privilege: 'acl-read'): boolean {
  return may(() => request.requireCell(privilege));
}

function may(require: () => void): boolean {
  try {
    require();
    return true;
  } catch {
    return false;
  }
}

function raise(refusal: PersoniumError | null): void {
  if (refusal !== null) {
    throw refusal;
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
