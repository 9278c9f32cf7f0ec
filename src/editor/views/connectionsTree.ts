import * as vscode from 'vscode';
import type { CellImportState } from '../../core/endpoints/cellSnapshots';
import { ExpectedError } from '../../core/message';
import { CellWatch, type CellStatus, type WatchPace } from '../connections/cellWatch';
import { show } from '../text';
import type { TreeDoor } from '../treeDoor';
import {
  cellImportItem,
  connectionItem,
  containerItem,
  noteItem,
  targetItem,
  wayOutItem,
  type ConnectionSummary,
} from './connectionItems';
import {
  nodesBelow,
  type CellImportNode,
  type ConnectionNode,
  type ConnectionsNode,
  type ConnectionTarget,
  type NoteNode,
} from './connectionNodes';
import { Disposable } from './disposables';
import type { JobSource } from './jobFacts';

/** Where the Connections view reads from. */
export interface ConnectionsSource {
  list(): readonly ConnectionSummary[];
  /** Asks the endpoint. Throws `ExpectedError` with what to do next. */
  targets(connectionId: string): Promise<readonly ConnectionTarget[]>;
  /** Asks a cell about its last import. Throws `ExpectedError`. */
  importState(connectionId: string, signal: AbortSignal): Promise<CellImportState>;
  /** Connections came, went, or their sign-in changed. */
  onDidChange(listener: () => void): { dispose(): void };
}

export interface ConnectionsTreeOptions {
  /** Imports of this machine: those of a cell are shown in place of what the cell tells. */
  readonly jobs: JobSource;
  /** The view, which is there already. */
  readonly door: TreeDoor<ConnectionsNode>;
  /** Whether a cell must not be asked anything now. Default: never. */
  readonly isQuiet?: (connectionId: string) => boolean;
}

/** What is known of the targets of one connection, or the line that stands for them. */
interface Known {
  readonly targets: readonly ConnectionTarget[];
  readonly note?: NoteNode;
}

/**
 * The Connections view. Targets are asked for when a connection is opened, and kept until something changes; the import
 * status of a cell is followed while its node is open and the view is seen.
 */
export class ConnectionsTree extends Disposable implements vscode.TreeDataProvider<ConnectionsNode> {
  readonly #source: ConnectionsSource;
  readonly #nodes = new Map<string, ConnectionNode>();
  readonly #statusNodes = new Map<string, CellImportNode>();
  readonly #known = new Map<string, Known>();
  /** Connections whose nodes are open. */
  readonly #open = new Set<string>();
  readonly #watch: CellWatch;
  readonly #changed = this.register(new vscode.EventEmitter<ConnectionsNode | undefined>());
  readonly #view: vscode.TreeView<ConnectionsNode>;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(source: ConnectionsSource, { jobs, door, isQuiet = () => false }: ConnectionsTreeOptions) {
    super();
    this.#source = source;
    this.#watch = this.register(
      new CellWatch({
        read: (connectionId, signal) => source.importState(connectionId, signal),
        isQuiet,
        jobs: () => jobs.jobs(),
        onChange: (connectionId, before) => this.#statusChanged(connectionId, before),
      }),
    );
    this.#view = door.fill(this);
    this.register(source.onDidChange(() => this.refresh()));
    this.register(jobs.onDidChange(() => this.#watch.jobsChanged()));
    this.register(this.#view.onDidExpandElement(({ element }) => this.#opened(element, true)));
    this.register(this.#view.onDidCollapseElement(({ element }) => this.#opened(element, false)));
    this.register(this.#view.onDidChangeVisibility(() => this.#setPace()));
    this.register(vscode.window.onDidChangeWindowState(() => this.#setPace()));
    this.#setPace();
  }

  /** Forgets what was asked: every open connection is asked again. */
  refresh(): void {
    this.#known.clear();
    this.#setCells();
    this.#watch.askNow();
    this.#changed.fire(undefined);
  }

  getChildren(node?: ConnectionsNode): ConnectionsNode[] {
    if (node === undefined) return this.#source.list().map(({ id }) => this.#nodeOf(id));
    const { connectionId } = node;
    switch (node.kind) {
      case 'connection':
        return this.#childrenOf(node);
      case 'container':
        return nodesBelow(connectionId, this.#known.get(connectionId)?.targets ?? [], node.path);
      case 'cellImport':
        return isFailed(this.#watch.status(connectionId))
          ? [
              { kind: 'wayOut', connectionId, way: 'importStored' },
              { kind: 'wayOut', connectionId, way: 'recreate' },
            ]
          : [];
      case 'target':
      case 'wayOut':
      case 'note':
        return [];
    }
  }

  getParent(node: ConnectionsNode): ConnectionsNode | undefined {
    const { connectionId } = node;
    switch (node.kind) {
      case 'connection':
        return undefined;
      case 'wayOut':
        return this.#statusNodeOf(connectionId);
      case 'cellImport':
      case 'note':
        return this.#nodeOf(connectionId);
      case 'target':
        return this.#containerOf(connectionId, node.within ?? []);
      case 'container':
        return this.#containerOf(connectionId, node.path.slice(0, -1));
    }
  }

  getTreeItem(node: ConnectionsNode): vscode.TreeItem {
    const status = this.#watch.status(node.connectionId);
    switch (node.kind) {
      case 'connection':
        return connectionItem(node, this.#find(node.connectionId), status);
      case 'container':
        return containerItem(node, this.#isOnly(node.connectionId, node.path));
      case 'target':
        return targetItem(node);
      case 'cellImport':
        return cellImportItem(node, status);
      case 'wayOut':
        return wayOutItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  #childrenOf(node: ConnectionNode): ConnectionsNode[] {
    const { connectionId } = node;
    const connection = this.#find(connectionId);
    if (connection === undefined) return [];
    const isCell = connection.system === 'personium';
    if (!connection.signedIn) {
      const text = isCell
        ? vscode.l10n.t('Sign in to see the entity sets')
        : vscode.l10n.t('Sign in to see the apps');
      return [note(connectionId, 'signedOut', text)];
    }
    // Asked for its children, it is open.
    this.#opened(node, true);
    const { targets, note: instead } = this.#known.get(connectionId) ?? this.#ask(node, isCell);
    const status = this.#watch.status(connectionId);
    const first = status === undefined ? [] : [this.#statusNodeOf(connectionId)];
    // A failed cell refuses everything else, which is told with the failure itself.
    if (instead !== undefined)
      return instead.note === 'failed' && isFailed(status) ? first : [...first, instead];
    return [...first, ...nodesBelow(connectionId, targets, [])];
  }

  #ask(node: ConnectionNode, isCell: boolean): Known {
    const text = isCell ? vscode.l10n.t('Loading entity sets…') : vscode.l10n.t('Loading apps…');
    const asked: Known = { targets: [], note: note(node.connectionId, 'loading', text) };
    this.#known.set(node.connectionId, asked);
    void this.#load(node, isCell, asked);
    return asked;
  }

  async #load(node: ConnectionNode, isCell: boolean, asked: Known): Promise<void> {
    const known = await this.#read(node.connectionId, isCell);
    // Someone may have asked again meanwhile; only the answer to the last question counts.
    if (this.#known.get(node.connectionId) === asked) {
      this.#known.set(node.connectionId, known);
      this.#changed.fire(node);
    }
  }

  async #read(connectionId: string, isCell: boolean): Promise<Known> {
    try {
      const targets = await this.#source.targets(connectionId);
      if (targets.length > 0) return { targets };
      const text = isCell
        ? vscode.l10n.t('No entity set may be seen with this sign-in')
        : vscode.l10n.t('No app may be seen with this sign-in');
      return { targets, note: note(connectionId, 'empty', text) };
    } catch (error) {
      return { targets: [], note: note(connectionId, 'failed', reasonText(error, isCell)) };
    }
  }

  #opened(node: ConnectionsNode, open: boolean): void {
    if (node.kind !== 'connection' || this.#open.has(node.connectionId) === open) return;
    if (open) this.#open.add(node.connectionId);
    else this.#open.delete(node.connectionId);
    this.#setCells();
  }

  #setCells(): void {
    const cells = this.#source
      .list()
      .filter(({ id, system, signedIn }) => system === 'personium' && signedIn && this.#open.has(id));
    this.#watch.setCells(cells.map(({ id, baseUrl }) => ({ connectionId: id, baseUrl })));
  }

  #setPace(): void {
    this.#watch.setPace(paceOf(this.#view.visible));
  }

  #statusChanged(connectionId: string, before: CellStatus | undefined): void {
    const now = this.#watch.status(connectionId);
    if (now !== undefined && now.kind === before?.kind) {
      this.#changed.fire(this.#statusNodeOf(connectionId));
      return;
    }
    // An import that has ended has left other contents behind, and a cell that was mended can be read again.
    if (before !== undefined && now === undefined) this.#known.delete(connectionId);
    this.#changed.fire(this.#nodeOf(connectionId));
  }

  #find(connectionId: string): ConnectionSummary | undefined {
    return this.#source.list().find(({ id }) => id === connectionId);
  }

  /** Whether nothing stands beside a container, so that it may as well be open. */
  #isOnly(connectionId: string, path: readonly string[]): boolean {
    const targets = this.#known.get(connectionId)?.targets ?? [];
    return nodesBelow(connectionId, targets, path.slice(0, -1)).length === 1;
  }

  #containerOf(connectionId: string, path: readonly string[]): ConnectionsNode {
    return path.length === 0 ? this.#nodeOf(connectionId) : { kind: 'container', connectionId, path };
  }

  #nodeOf(connectionId: string): ConnectionNode {
    const node = this.#nodes.get(connectionId) ?? { kind: 'connection', connectionId };
    this.#nodes.set(connectionId, node);
    return node;
  }

  #statusNodeOf(connectionId: string): CellImportNode {
    const node = this.#statusNodes.get(connectionId) ?? { kind: 'cellImport', connectionId };
    this.#statusNodes.set(connectionId, node);
    return node;
  }
}

function paceOf(visible: boolean): WatchPace {
  if (!visible) return 'hidden';
  return vscode.window.state.focused ? 'focused' : 'unfocused';
}

function isFailed(status: CellStatus | undefined): boolean {
  return status?.kind === 'failed' || status?.kind === 'failedWithoutDetails';
}

function reasonText(error: unknown, isCell: boolean): string {
  if (error instanceof ExpectedError) return show(error.detail);
  return isCell ? vscode.l10n.t('The entity sets can’t be read.') : vscode.l10n.t('The apps can’t be read.');
}

function note(connectionId: string, kind: NoteNode['note'], text: string): NoteNode {
  return { kind: 'note', connectionId, note: kind, text };
}
