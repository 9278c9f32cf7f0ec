import { dumpCell } from './cellDump';
import { loadCell } from './cellLoad';
import type { ODataCollection } from './collection';
import type { Acl, DavFolder, DavNode } from './dav';
import { makeFolder, nodeAt } from './dav';
import type { CellDump, PjsonName } from './pjson';
import { MAIN_BOX, newId } from './pjson';

export type { CellDump, PjsonName, SnapshotDocument } from './pjson';
export { PJSON_NAMES } from './pjson';

export interface Box {
  readonly name: string;
  /** URL of the app it belongs to. */
  readonly schema: string | null;
  readonly published: number;
  readonly root: DavFolder;
}

export interface Account {
  readonly name: string;
  readonly hashedCredential: string;
  /** `passwordChangeRequired`: signs in for nothing but a new password. */
  readonly status: 'active' | 'deactivated' | 'passwordChangeRequired';
  /** Keys of roles, see `roleKey`. */
  readonly roles: ReadonlySet<string>;
  readonly published: number;
}

export interface Role {
  readonly name: string;
  /** Null: of the main box. */
  readonly box: string | null;
  readonly published: number;
}

export interface Relation {
  readonly name: string;
  readonly box: string | null;
  readonly published: number;
}

export interface ExternalCell {
  readonly url: string;
  readonly published: number;
}

/** A document of a kind that the sandbox keeps and does nothing with. */
export interface OtherDocument {
  readonly file: PjsonName;
  readonly type: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** A cell: accounts, roles and the like, and boxes with files and OData collections. */
export class Cell {
  readonly id = newId();
  readonly boxes = new Map<string, Box>();
  readonly accounts = new Map<string, Account>();
  /** By `roleKey`. */
  readonly roles = new Map<string, Role>();
  readonly relations = new Map<string, Relation>();
  readonly externalCells = new Map<string, ExternalCell>();
  others: OtherDocument[] = [];
  acl: Acl = [];
  updated: number;

  /** `owner`: URL of the unit user it belongs to; null: of nobody. `published`: milliseconds since the epoch. */
  constructor(
    readonly name: string,
    readonly owner: string | null,
    readonly published: number,
  ) {
    this.updated = published;
    this.addBox(MAIN_BOX, published);
  }

  addBox(name: string, now: number, schema: string | null = null): Box {
    const box: Box = { name, schema, published: now, root: makeFolder(name, now) };
    this.boxes.set(name, box);
    return box;
  }

  /** What lies at a path of decoded segments, the first of which is the box; undefined when there is nothing. */
  nodeAt([box, ...path]: readonly string[]): DavNode | undefined {
    const root = this.boxes.get(box ?? '')?.root;
    return root === undefined ? undefined : nodeAt(root, path);
  }

  /** The collection at a path such as `sales/stock`; throws a RangeError when there is none. */
  collection(path: string): ODataCollection {
    const node = this.nodeAt(path.split('/'));
    if (node?.kind !== 'odata') {
      throw new RangeError(`No OData collection at ${path}`);
    }
    return node;
  }

  /** All of it as a snapshot holds it. Linear in what the cell holds. */
  dump(now: number): CellDump {
    return dumpCell(this, now);
  }

  /**
   * Adds what a snapshot holds, as the server does: the cell keeps its name, owner and id, everything else gets new
   * ids. Throws a `PersoniumError` where the server would fail; what was loaded before it stays.
   */
  load(dump: CellDump, now: number): void {
    loadCell(this, dump, now);
  }

  /** Takes everything out of it; an empty main box remains. */
  clear(now: number): void {
    for (const map of [this.boxes, this.accounts, this.roles, this.relations, this.externalCells]) {
      map.clear();
    }
    this.others = [];
    this.acl = [];
    this.updated = now;
    this.addBox(MAIN_BOX, now);
  }
}
