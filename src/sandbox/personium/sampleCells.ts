import { addComplexType, addEntityType, addProperty, makeCollection } from './collection';
import type { EntityType, ODataCollection } from './collection';
import { Cell } from './cellModel';
import type { DavFolder } from './dav';
import { makeFolder } from './dav';
import { hashPassword, MAIN_BOX, roleKey } from './pjson';

type Secret = (name: string) => string;

export const UNIT_ADMIN = 'unitadmin';
export const SHOP = 'shop';

/** The password of an account; the same for the same seed. */
export function passwordOf(secret: Secret, cell: string, account: string): string {
  return secret(`personium ${cell} ${account}`);
}

/** The cell whose account administers the unit. */
export function makeUnitAdminCell(secret: Secret, now: number): Cell {
  const cell = new Cell(UNIT_ADMIN, null, now);
  for (const role of ['UnitAdmin', 'CellContentsAdmin']) {
    cell.roles.set(roleKey(role, null), { name: role, box: null, published: now });
  }
  addAccount(cell, UNIT_ADMIN, secret, now, ['UnitAdmin', 'CellContentsAdmin']);
  return cell;
}

/**
 * The cell to import into: `sales/stock` with an empty `Product` and 25 `Supplier`, `__/notes` with a `Note` open for
 * more properties, and a folder of files.
 */
export function makeShop(secret: Secret, owner: string, now: number): Cell {
  const cell = new Cell(SHOP, owner, now);
  for (const role of ['administrator', 'clerk', 'reader']) {
    cell.roles.set(roleKey(role, null), { name: role, box: null, published: now });
  }
  addAccount(cell, 'admin', secret, now, ['administrator']);
  addAccount(cell, 'clerk', secret, now, ['clerk']);
  addAccount(cell, 'reader', secret, now, ['reader']);
  addAccount(cell, 'newcomer', secret, now, ['reader'], 'passwordChangeRequired');
  cell.relations.set(roleKey('supplier', null), { name: 'supplier', box: null, published: now });
  const partner = 'https://partner.example/';
  cell.externalCells.set(partner, { url: partner, published: now });
  cell.acl = [
    { principal: roleKey('administrator', null), privileges: ['root'] },
    { principal: roleKey('clerk', null), privileges: ['box-read'] },
    { principal: roleKey('reader', null), privileges: ['box-read'] },
  ];
  const { root } = cell.addBox('sales', now);
  root.acl = [
    { principal: roleKey('clerk', null), privileges: ['read', 'write'] },
    { principal: roleKey('reader', null), privileges: ['read'] },
  ];
  root.children.set('stock', makeStock(now));
  root.children.set('docs', makeDocs(now));
  cell.boxes.get(MAIN_BOX)?.root.children.set('notes', makeNotes(now));
  return cell;
}

function addAccount(
  cell: Cell,
  name: string,
  secret: Secret,
  now: number,
  roles: readonly string[],
  status: 'active' | 'passwordChangeRequired' = 'active',
): void {
  cell.accounts.set(name, {
    name,
    hashedCredential: hashPassword(passwordOf(secret, cell.name, name)),
    status,
    roles: new Set(roles.map((role) => roleKey(role, null))),
    published: now,
  });
}

/** Its own rights are what `$batch` asks for. */
function makeStock(now: number): ODataCollection {
  const stock = makeCollection('stock', now, [
    { principal: roleKey('administrator', null), privileges: ['all'] },
    { principal: roleKey('clerk', null), privileges: ['read', 'write'] },
    { principal: roleKey('reader', null), privileges: ['read'] },
  ]);
  const maker = addComplexType(stock, 'Maker', now);
  addProperty(maker, 'Name', 'Edm.String', now, { nullable: false });
  addProperty(maker, 'Country', 'Edm.String', now);
  const product = addEntityType(stock, 'Product', now);
  addProperty(product, 'Code', 'Edm.String', now, { nullable: false });
  addProperty(product, 'Name', 'Edm.String', now, { nullable: false });
  addProperty(product, 'Price', 'Edm.Int32', now);
  addProperty(product, 'Weight', 'Edm.Double', now);
  addProperty(product, 'Ratio', 'Edm.Single', now);
  addProperty(product, 'InStock', 'Edm.Boolean', now, { defaultValue: 'true' });
  addProperty(product, 'ReleasedAt', 'Edm.DateTime', now);
  addProperty(product, 'Tags', 'Edm.String', now, { collectionKind: 'List' });
  addProperty(product, 'Maker', 'Maker', now);
  addSuppliers(addEntityType(stock, 'Supplier', now), now);
  return stock;
}

const SUPPLIERS = 25;
const PLACES = ['Sapporo', 'Sendai', 'Tokyo', 'Nagoya', 'Kyoto', 'Osaka', 'Hiroshima', 'Fukuoka'];

function addSuppliers(supplier: EntityType, now: number): void {
  addProperty(supplier, 'Name', 'Edm.String', now, { nullable: false });
  addProperty(supplier, 'Phone', 'Edm.String', now);
  addProperty(supplier, 'Rating', 'Edm.Int32', now);
  for (let number = 1; number <= SUPPLIERS; number++) {
    const digits = String(number).padStart(3, '0');
    const id = `s-${digits}`;
    const values = {
      Name: `${PLACES[number % PLACES.length] ?? ''} Trading ${digits}`,
      Phone: `03-5555-0${digits}`,
      Rating: (number % 5) + 1,
    };
    supplier.entities.set(id, { id, version: 1, published: now, updated: now, values });
  }
}

/** Has no rights of its own: `$batch` is refused to accounts, single requests are not. */
function makeNotes(now: number): ODataCollection {
  const notes = makeCollection('notes', now);
  addProperty(addEntityType(notes, 'Note', now), 'Title', 'Edm.String', now);
  return notes;
}

function makeDocs(now: number): DavFolder {
  const docs = makeFolder('docs', now);
  const files = [
    ['price-list.txt', 'text/plain', 'Prices of all products, by code.\n'],
    ['terms.txt', 'text/plain', 'Terms of delivery.\n'],
  ] as const;
  for (const [name, contentType, text] of files) {
    const about = { name, published: now, updated: now, version: 1, contentType, acl: [] };
    docs.children.set(name, { kind: 'file', ...about, content: Buffer.from(text) });
  }
  return docs;
}
