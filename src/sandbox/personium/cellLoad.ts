import type { Cell } from './cellModel';
import type { ComplexType, EntityType, ODataCollection, Property, Stored, Values } from './collection';
import { makeCollection } from './collection';
import type { Ace, Acl, DavFolder } from './dav';
import { makeFolder } from './dav';
import { PersoniumError } from './errors';
import type { CellDump, PjsonName, SnapshotDocument } from './pjson';
import { MAIN_BOX, roleKey } from './pjson';

type Source = Readonly<Record<string, unknown>>;

/** Adds what a snapshot holds to a cell. See `Cell.load`. */
export function loadCell(cell: Cell, dump: CellDump, now: number): void {
  new Load(cell, dump, now).load();
}

class Load {
  /** Names of boxes, roles and so on by the id they have in the snapshot. */
  readonly #boxes = new Map<unknown, string>();
  readonly #roles = new Map<unknown, string>();
  readonly #accounts = new Map<unknown, string>();
  /** Collections by the id of their node. */
  readonly #collections = new Map<unknown, ODataCollection>();
  readonly #owners = new Map<unknown, { owner: EntityType | ComplexType; collection: ODataCollection }>();

  constructor(
    private readonly cell: Cell,
    private readonly dump: CellDump,
    private readonly now: number,
  ) {}

  load(): void {
    const { cell } = this;
    cell.updated = this.now;
    this.#each('10_box', ({ s, id, published }) => {
      this.#unique(cell.boxes, s.Name);
      cell.addBox(text(s.Name), published, optionalText(s.Schema));
      this.#boxes.set(id, text(s.Name));
    });
    this.#each('11_account', ({ s, h, id, published }) => {
      this.#unique(cell.accounts, s.Name);
      const name = text(s.Name);
      const status =
        s.Status === 'deactivated' || s.Status === 'passwordChangeRequired' ? s.Status : 'active';
      const hashedCredential = text(h.HashedCredential ?? '');
      cell.accounts.set(name, { name, hashedCredential, status, roles: new Set(), published });
      this.#accounts.set(id, name);
    });
    this.#each('12_extcell', ({ s, published }) => {
      cell.externalCells.set(text(s.Url), { url: text(s.Url), published });
    });
    this.#each('20_role', ({ s, l, id, published }) => {
      const box = this.#boxes.get(l.Box) ?? null;
      const key = roleKey(text(s.Name), box);
      this.#unique(cell.roles, key);
      cell.roles.set(key, { name: text(s.Name), box, published });
      this.#roles.set(id, key);
    });
    this.#each('22_relation', ({ s, l, published }) => {
      const box = this.#boxes.get(l.Box) ?? null;
      const name = text(s.Name);
      cell.relations.set(roleKey(name, box), { name, box, published });
    });
    for (const file of KEPT) {
      for (const { _type, _source } of this.dump.lines[file]) {
        cell.others.push({ file, type: _type, source: _source });
      }
    }
    this.#loadFiles();
    this.#loadCollections();
    for (const { _source: link } of this.dump.lines['80_link']) {
      this.#link(link);
    }
  }

  #loadFiles(): void {
    const metas = [...this.dump.files].filter(([path]) => path === '.pmeta' || path.endsWith('/.pmeta'));
    // Folders before what lies in them.
    metas.sort(([a], [b]) => a.split('/').length - b.split('/').length);
    for (const [path, bytes] of metas) {
      const meta = parse(bytes);
      const acl = this.#acl(meta.a);
      const segments = path.split('/').slice(0, -1);
      const name = segments.at(-1);
      if (name === undefined) {
        this.cell.acl = acl;
        continue;
      }
      const [boxId, ...below] = segments;
      const box = this.cell.boxes.get(boxId === MAIN_BOX ? MAIN_BOX : (this.#boxes.get(boxId) ?? ''));
      if (box === undefined) {
        throw new PersoniumError('PR500-CM-0002', 'copy webdav data from snapshot file');
      }
      if (below.length === 0) {
        box.root.acl = acl;
        continue;
      }
      this.#addNode(folderAt(box.root, below.slice(0, -1)), name, { meta, acl, path });
    }
  }

  #addNode(
    parent: DavFolder,
    name: string,
    { meta, acl, path }: { readonly meta: Source; readonly acl: Acl; readonly path: string },
  ): void {
    const published = milliseconds(meta.p, this.now);
    switch (meta.t) {
      case 'col.odata': {
        const collection = makeCollection(name, published, acl);
        this.#collections.set(meta.i, collection);
        parent.children.set(name, collection);
        return;
      }
      case 'dav.file': {
        const content = this.dump.files.get(path.replace(/\.pmeta$/, 'content'));
        if (content === undefined) {
          throw new PersoniumError('PR500-CM-0002', 'copy webdav data from snapshot file');
        }
        const contentType = typeof meta.ct === 'string' ? meta.ct : 'application/octet-stream';
        const updated = milliseconds(meta.u, this.now);
        const version = typeof meta.v === 'number' ? meta.v : 1;
        const about = { name, published, updated, version, contentType };
        parent.children.set(name, { kind: 'file', ...about, content, acl });
        return;
      }
      default:
        parent.children.set(name, makeFolder(name, published, acl));
    }
  }

  #loadCollections(): void {
    this.#each('40_entitytype', ({ s, n, id, published }) => {
      const collection = this.#collectionOf(n);
      const name = text(s.Name);
      this.#unique(collection.entityTypes, name);
      const owner: EntityType = { name, published, properties: new Map(), entities: new Map() };
      collection.entityTypes.set(name, owner);
      this.#owners.set(id, { owner, collection });
    });
    this.#each('41_complextype', ({ s, n, id, published }) => {
      const collection = this.#collectionOf(n);
      const name = text(s.Name);
      const owner: ComplexType = { name, published, properties: new Map() };
      collection.complexTypes.set(name, owner);
      this.#owners.set(id, { owner, collection });
    });
    this.#each('50_property', (document) => this.#addProperty(document, document.l.EntityType));
    this.#each('51_complextypeproperty', (document) => this.#addProperty(document, document.l.ComplexType));
    const aliases = new Map<EntityType | ComplexType, ReadonlyMap<string, Property>>();
    this.#each('70_userdata', ({ s, t, version, published, updated }) => {
      const { owner, collection } = this.#ownerOf(t);
      if (!('entities' in owner)) {
        throw new PersoniumError('PR500-SV-0000');
      }
      const { __id, ...aliased } = s;
      const id = text(__id);
      this.#unique(owner.entities, id);
      const values = named(aliased, owner, collection, aliases);
      owner.entities.set(id, { id, version, published, updated, values });
    });
  }

  #addProperty({ s, h, published }: Document, ownerId: unknown): void {
    const { owner } = this.#ownerOf(ownerId);
    const name = text(s.Name);
    owner.properties.set(name, {
      name,
      type: text(s.Type),
      nullable: s.Nullable !== false,
      defaultValue: optionalText(s.DefaultValue),
      collectionKind: s.CollectionKind === 'List' ? 'List' : 'None',
      isDeclared: s.IsDeclared !== false,
      alias: text(h.Alias),
      published,
    });
  }

  #link({ t1, k1, t2, k2 }: Source): void {
    if (t1 !== 'Account' || t2 !== 'Role') {
      return;
    }
    const name = this.#accounts.get(k1);
    const role = this.#roles.get(k2);
    const account = name === undefined ? undefined : this.cell.accounts.get(name);
    if (account !== undefined && role !== undefined) {
      this.cell.accounts.set(account.name, { ...account, roles: new Set([...account.roles, role]) });
    }
  }

  #acl(value: unknown): Acl {
    const aces = record(value)['D.ace'];
    return (Array.isArray(aces) ? (aces as unknown[]) : []).flatMap((one): Ace[] => {
      const ace = record(one);
      const who = record(ace['D.principal']);
      const principal = 'D.all' in who ? '*' : this.#roles.get(who['D.href']);
      const privileges = record(ace['D.grant'])['D.privilege'] as Ace['privileges'];
      return principal === undefined ? [] : [{ principal, privileges }];
    });
  }

  #collectionOf(node: unknown): ODataCollection {
    return this.#collections.get(node) ?? fail();
  }

  #ownerOf(id: unknown): { owner: EntityType | ComplexType; collection: ODataCollection } {
    return this.#owners.get(id) ?? fail();
  }

  /** What a second document of one name ends in. */
  #unique(map: ReadonlyMap<string, unknown>, name: unknown): void {
    if (typeof name === 'string' && map.has(name)) {
      throw new PersoniumError('PR409-OD-0003');
    }
  }

  #each(file: PjsonName, add: (document: Document) => void): void {
    for (const line of this.dump.lines[file]) {
      add(read(line, this.now));
    }
  }
}

/** Files whose documents are kept as they are. */
const KEPT: readonly PjsonName[] = [
  '21_rule',
  '23_sentmessage',
  '24_receivedmessage',
  '30_extrole',
  '60_associationend',
];

interface Document {
  readonly id: string;
  readonly s: Source;
  readonly h: Source;
  readonly l: Source;
  readonly n: unknown;
  readonly t: unknown;
  readonly version: number;
  readonly published: number;
  readonly updated: number;
}

function read({ _id: id, _source: { s, h, l, n, t, v, p, u } }: SnapshotDocument, now: number): Document {
  return {
    id,
    s: record(s),
    h: record(h),
    l: record(l),
    n,
    t,
    version: typeof v === 'number' ? v : 1,
    published: milliseconds(p, now),
    updated: milliseconds(u, now),
  };
}

function folderAt(root: DavFolder, path: readonly string[]): DavFolder {
  let folder = root;
  for (const name of path) {
    const child = folder.children.get(name);
    folder = child?.kind === 'folder' ? child : fail();
  }
  return folder;
}

/** Values by name again; what has no property is left out. */
function named(
  aliased: Source,
  owner: EntityType | ComplexType,
  collection: ODataCollection,
  aliases: Map<EntityType | ComplexType, ReadonlyMap<string, Property>>,
): Values {
  let known = aliases.get(owner);
  if (known === undefined) {
    known = new Map([...owner.properties.values()].map((property) => [property.alias, property]));
    aliases.set(owner, known);
  }
  const values: Record<string, Stored> = {};
  for (const [alias, value] of Object.entries(aliased)) {
    const property = known.get(alias);
    if (property !== undefined) {
      values[property.name] = loadValue(value, property, collection, aliases);
    }
  }
  return values;
}

function loadValue(
  value: unknown,
  property: Property,
  collection: ODataCollection,
  aliases: Map<EntityType | ComplexType, ReadonlyMap<string, Property>>,
): Stored {
  if (Array.isArray(value)) {
    return (value as unknown[]).map((item) => loadValue(item, property, collection, aliases));
  }
  const complex = collection.complexTypes.get(property.type);
  if (complex !== undefined && typeof value === 'object' && value !== null) {
    return named(value as Source, complex, collection, aliases);
  }
  if (typeof value === 'string' && property.type === 'Edm.Boolean') {
    return value === 'true';
  }
  if (typeof value === 'string' && property.type === 'Edm.Double') {
    return Number(value);
  }
  return value as Stored;
}

function parse(bytes: Uint8Array): Source {
  const meta = Buffer.from(bytes).toString('utf8');
  try {
    return record(JSON.parse(meta));
  } catch {
    throw new PersoniumError('PR500-CM-0002', 'copy webdav data from snapshot file');
  }
}

function record(value: unknown): Source {
  return typeof value === 'object' && value !== null ? (value as Source) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : fail();
}

function optionalText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function milliseconds(value: unknown, now: number): number {
  return typeof value === 'number' ? value : now;
}

/** What a snapshot that does not fit together ends in. */
function fail(): never {
  throw new PersoniumError('PR500-SV-0000');
}
