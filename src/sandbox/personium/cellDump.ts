import type { Cell } from './cellModel';
import type { ComplexType, EntityType, ODataCollection, Property, Stored, Values } from './collection';
import type { Acl, DavNode } from './dav';
import type { CellDump, PjsonName, SnapshotDocument } from './pjson';
import { MAIN_BOX, newId, PJSON_NAMES, roleKey } from './pjson';

type Source = Readonly<Record<string, unknown>>;

/** All of a cell as a snapshot holds it. */
export function dumpCell(cell: Cell, now: number): CellDump {
  return new Dump(cell, now).dump();
}

class Dump {
  readonly #lines = Object.fromEntries(PJSON_NAMES.map((name) => [name, []])) as unknown as Record<
    PjsonName,
    SnapshotDocument[]
  >;
  readonly #files = new Map<string, Uint8Array>();
  readonly #boxIds = new Map<string | null, string>();
  readonly #roleIds = new Map<string, string>();

  constructor(
    private readonly cell: Cell,
    private readonly now: number,
  ) {}

  dump(): CellDump {
    const { cell } = this;
    this.#writeBoxes();
    const accountIds = new Map<string, string>();
    for (const { name, published, hashedCredential, status } of cell.accounts.values()) {
      const s = { Name: name, Type: 'basic', Status: status, LastAuthenticated: null };
      const hidden = { HashedCredential: hashedCredential };
      accountIds.set(name, this.#add('11_account', 'Account', { s, h: hidden, p: published }));
    }
    for (const { url, published } of cell.externalCells.values()) {
      this.#add('12_extcell', 'ExtCell', { s: { Url: url }, p: published });
    }
    for (const { name, box, published } of cell.roles.values()) {
      const l = box === null ? {} : { Box: this.#boxIds.get(box) };
      this.#roleIds.set(
        roleKey(name, box),
        this.#add('20_role', 'Role', { s: { Name: name }, p: published, l }),
      );
    }
    for (const { name, box, published } of cell.relations.values()) {
      const l = box === null ? {} : { Box: this.#boxIds.get(box) };
      this.#add('22_relation', 'Relation', { s: { Name: name }, p: published, l });
    }
    for (const { file, type, source } of cell.others) {
      this.#add(file, type, source);
    }
    this.#writeMeta('.pmeta', { t: 'Cell', cs: 'normal', p: cell.published, u: cell.updated }, cell.acl);
    for (const box of cell.boxes.values()) {
      const id = this.#boxIds.get(box.name === MAIN_BOX ? null : box.name) ?? '';
      this.#writeNode(box.root, box.name === MAIN_BOX ? MAIN_BOX : id, box.name === MAIN_BOX ? null : id);
    }
    for (const { name, roles } of cell.accounts.values()) {
      for (const role of roles) {
        const k1 = accountIds.get(name);
        this.#add('80_link', 'link', { t1: 'Account', k1, t2: 'Role', k2: this.#roleIds.get(role) });
      }
    }
    const s = { Name: cell.name, Owner: cell.owner };
    const source = { s, d: {}, h: {}, p: cell.published, u: this.now, l: {} };
    const document = { _index: 'u0.ad', _type: 'Cell', _id: cell.id, _source: source };
    return { cell: document, lines: this.#lines, files: this.#files };
  }

  #writeBoxes(): void {
    this.#boxIds.set(null, this.cell.id);
    for (const { name, schema, published } of this.cell.boxes.values()) {
      if (name !== MAIN_BOX) {
        const s = { Name: name, Schema: schema };
        this.#boxIds.set(name, this.#add('10_box', 'Box', { s, p: published }));
      }
    }
  }

  #writeNode(node: DavNode, path: string, box: string | null): void {
    const { published } = node;
    switch (node.kind) {
      case 'folder': {
        const t = path.includes('/') ? 'col.webdav' : 'col.box';
        this.#writeMeta(`${path}/.pmeta`, { t, p: published, u: published, v: 1 }, node.acl);
        for (const child of node.children.values()) {
          this.#writeNode(child, `${path}/${child.name}`, box);
        }
        return;
      }
      case 'file': {
        const { updated, version, contentType, content } = node;
        this.#files.set(`${path}/content`, content);
        const about = { t: 'dav.file', p: published, u: updated, v: version };
        this.#writeMeta(
          `${path}/.pmeta`,
          { ...about, ct: contentType, cl: content.length, et: 'NONE' },
          node.acl,
        );
        return;
      }
      case 'odata': {
        const id = newId();
        const about = { i: id, t: 'col.odata', p: published, u: published, v: 1 };
        this.#writeMeta(`${path}/.pmeta`, about, node.acl);
        this.#writeCollection(node, { b: box, n: id });
        return;
      }
    }
  }

  #writeCollection(collection: ODataCollection, place: Source): void {
    for (const type of collection.complexTypes.values()) {
      const source = { ...place, s: { Name: type.name }, p: type.published };
      const id = this.#add('41_complextype', 'ComplexType', source);
      for (const property of type.properties.values()) {
        this.#writeProperty('51_complextypeproperty', property, { ...place, l: { ComplexType: id } });
      }
    }
    for (const type of collection.entityTypes.values()) {
      const source = { ...place, s: { Name: type.name }, p: type.published };
      const id = this.#add('40_entitytype', 'EntityType', source);
      for (const property of type.properties.values()) {
        this.#writeProperty('50_property', property, { ...place, l: { EntityType: id } });
      }
      for (const entity of type.entities.values()) {
        const s = { __id: entity.id, ...aliased(entity.values, type, collection) };
        const { published: p, updated: u } = entity;
        this.#add('70_userdata', 'UserData', { ...place, t: id, s, v: entity.version, p, u });
      }
    }
  }

  #writeProperty(
    file: '50_property' | '51_complextypeproperty',
    { name, type, nullable, defaultValue, collectionKind, isDeclared, alias, published }: Property,
    source: Source,
  ): void {
    const s = {
      Name: name,
      Type: type,
      Nullable: nullable,
      DefaultValue: defaultValue,
      CollectionKind: collectionKind,
      ...(file === '50_property' ? { IsKey: false, UniqueKey: null, IsDeclared: isDeclared } : {}),
    };
    const kind = file === '50_property' ? 'Property' : 'ComplexTypeProperty';
    this.#add(file, kind, { ...source, s, h: { Alias: alias }, p: published });
  }

  #writeMeta(path: string, about: Source, acl: Acl): void {
    const ace = acl.map(({ principal, privileges }) => {
      const who = principal === '*' ? { 'D.all': {} } : { 'D.href': this.#roleIds.get(principal) };
      return { 'D.principal': who, 'D.grant': { 'D.privilege': privileges } };
    });
    const text = JSON.stringify({ i: newId(), ...about, a: { 'D.ace': ace }, d: {} });
    this.#files.set(path, Buffer.from(text));
  }

  #add(file: PjsonName, type: string, source: Source): string {
    const id = newId();
    const { p = this.now } = source;
    const whole = { c: this.cell.id, b: null, n: null, d: {}, h: {}, l: {}, p, u: p, ...source };
    this.#lines[file].push({ _index: 'u0.ad', _type: type, _id: id, _source: whole });
    return id;
  }
}

/** Values by alias; Booleans and Doubles as text. */
function aliased(values: Values, owner: EntityType | ComplexType, collection: ODataCollection): Source {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const property = owner.properties.get(name);
    if (property !== undefined) {
      result[property.alias] = dumpValue(value, property, collection);
    }
  }
  return result;
}

function dumpValue(value: Stored, property: Property, collection: ODataCollection): unknown {
  if (Array.isArray(value)) {
    return (value as readonly Stored[]).map((item) => dumpValue(item, property, collection));
  }
  const complex = collection.complexTypes.get(property.type);
  if (complex !== undefined && typeof value === 'object' && value !== null) {
    return aliased(value as Values, complex, collection);
  }
  const isText = property.type === 'Edm.Boolean' || property.type === 'Edm.Double';
  return isText && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
}
