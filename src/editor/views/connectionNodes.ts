/** An app or an entity set of a connection. A name of '' says that the app exists but may not be seen. */
export interface ConnectionTarget {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** What it stands in, from the outside in: box and collection of an entity set. */
  readonly within?: readonly string[];
}

export interface ConnectionNode {
  readonly kind: 'connection';
  readonly connectionId: string;
}

/** A box of a cell, or a collection in it. */
export interface ContainerNode {
  readonly kind: 'container';
  readonly connectionId: string;
  /** From the outside in; never empty. */
  readonly path: readonly string[];
}

export interface TargetNode {
  readonly kind: 'target';
  readonly connectionId: string;
  readonly targetId: string;
  readonly name: string;
  readonly url: string;
  /** Of an entity set: its box and collection. */
  readonly within?: readonly string[];
}

/** What became of the last import of a cell, or how far it is. */
export interface CellImportNode {
  readonly kind: 'cellImport';
  readonly connectionId: string;
}

/** A way out of a failed cell import. */
export interface WayOutNode {
  readonly kind: 'wayOut';
  readonly connectionId: string;
  readonly way: 'importStored' | 'recreate';
}

/** A line that stands in for targets: none, loading, or why they can't be shown and what to do. */
export interface NoteNode {
  readonly kind: 'note';
  readonly connectionId: string;
  readonly note: 'loading' | 'empty' | 'signedOut' | 'failed';
  readonly text: string;
}

export type ConnectionsNode =
  ConnectionNode | ContainerNode | TargetNode | CellImportNode | WayOutNode | NoteNode;

/** What stands right below a path: first the containers, each once and in the order they come, then the targets. */
export function nodesBelow(
  connectionId: string,
  targets: readonly ConnectionTarget[],
  path: readonly string[],
): (ContainerNode | TargetNode)[] {
  const inside = targets.filter(({ within = [] }) => path.every((name, n) => within[n] === name));
  const names = new Set(
    inside.flatMap(({ within = [] }) => {
      const name = within[path.length];
      return name === undefined ? [] : [name];
    }),
  );
  return [
    ...[...names].map((name): ContainerNode => ({ kind: 'container', connectionId, path: [...path, name] })),
    ...inside
      .filter(({ within = [] }) => within.length === path.length)
      .map(({ id, name, url, within }): TargetNode => ({
        kind: 'target',
        connectionId,
        targetId: id,
        name,
        url,
        ...(within === undefined ? {} : { within }),
      })),
  ];
}
