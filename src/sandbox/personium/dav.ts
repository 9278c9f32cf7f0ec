import type { ODataCollection } from './collection';

/** What an access control entry may grant below a cell. */
export type BoxPrivilege =
  | 'all'
  | 'read'
  | 'write'
  | 'alter-schema'
  | 'read-properties'
  | 'write-properties'
  | 'read-acl'
  | 'write-acl'
  | 'bind'
  | 'unbind'
  | 'exec';

/** What an access control entry may grant on a cell. */
export type CellPrivilege =
  | 'root'
  | 'auth'
  | 'auth-read'
  | 'box'
  | 'box-read'
  | 'social'
  | 'social-read'
  | 'message'
  | 'message-read'
  | 'event'
  | 'event-read'
  | 'log'
  | 'log-read'
  | 'acl'
  | 'acl-read'
  | 'rule'
  | 'rule-read'
  | 'propfind';

export interface Ace {
  /** Key of a role (`roleKey`), or `*`: everybody, also without a sign-in. */
  readonly principal: string;
  readonly privileges: readonly (BoxPrivilege | CellPrivilege)[];
}

export type Acl = readonly Ace[];

export interface DavFolder {
  readonly kind: 'folder';
  readonly name: string;
  readonly published: number;
  acl: Acl;
  readonly children: Map<string, DavNode>;
}

export interface DavFile {
  readonly kind: 'file';
  readonly name: string;
  readonly published: number;
  readonly updated: number;
  readonly version: number;
  readonly contentType: string;
  readonly content: Uint8Array;
  acl: Acl;
}

/** What lies in a box. */
export type DavNode = DavFolder | DavFile | ODataCollection;

export function makeFolder(name: string, now: number, acl: Acl = []): DavFolder {
  return { kind: 'folder', name, published: now, acl, children: new Map() };
}

/** The folder, file or collection at this path below a folder; undefined when there is none. */
export function nodeAt(folder: DavFolder, path: readonly string[]): DavNode | undefined {
  let node: DavNode = folder;
  for (const name of path) {
    const child: DavNode | undefined = node.kind === 'folder' ? node.children.get(name) : undefined;
    if (child === undefined) {
      return undefined;
    }
    node = child;
  }
  return node;
}
