import * as vscode from 'vscode';
import { COMMANDS, VIEWS } from '../../contributions';
import { ExpectedError } from '../../core/message';
import { show } from '../text';
import { Disposable } from './disposables';

/** A place to import to, as the Connections view shows it. */
export interface ConnectionSummary {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  /** Whether this window holds a sign-in for it. */
  readonly signedIn: boolean;
  /** How it signs in, in the reader's language. */
  readonly way?: string;
}

/** An app of a connection. A name of '' says that the app exists but may not be seen. */
export interface ConnectionTarget {
  readonly id: string;
  readonly name: string;
  readonly url: string;
}

/** Where the Connections view reads from. */
export interface ConnectionsSource {
  list(): readonly ConnectionSummary[];
  /** Asks the endpoint. Throws `ExpectedError` with what to do next. */
  targets(connectionId: string): Promise<readonly ConnectionTarget[]>;
  /** Connections came, went, or their sign-in changed. */
  onDidChange(listener: () => void): { dispose(): void };
}

export interface ConnectionNode {
  readonly kind: 'connection';
  readonly connectionId: string;
}

export interface TargetNode {
  readonly kind: 'target';
  readonly connectionId: string;
  readonly targetId: string;
  readonly name: string;
  readonly url: string;
}

/** A line that stands in for apps: none, loading, or why they can't be shown and what to do. */
interface NoteNode {
  readonly kind: 'note';
  readonly connectionId: string;
  readonly note: 'loading' | 'empty' | 'signedOut' | 'failed';
  readonly text: string;
}

export type ConnectionsNode = ConnectionNode | TargetNode | NoteNode;

/** What is known of the apps of one connection. */
interface Apps {
  readonly nodes: readonly ConnectionsNode[];
}

/** The Connections view. Apps are asked for when a connection is opened, and kept until something changes. */
export class ConnectionsTree extends Disposable implements vscode.TreeDataProvider<ConnectionsNode> {
  readonly #source: ConnectionsSource;
  readonly #nodes = new Map<string, ConnectionNode>();
  readonly #apps = new Map<string, Apps>();
  readonly #changed = this.register(new vscode.EventEmitter<ConnectionsNode | undefined>());

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(source: ConnectionsSource) {
    super();
    this.#source = source;
    this.register(vscode.window.createTreeView(VIEWS.connections, { treeDataProvider: this }));
    this.register(source.onDidChange(() => this.refresh()));
  }

  /** Forgets what was asked: every open connection is asked again. */
  refresh(): void {
    this.#apps.clear();
    this.#changed.fire(undefined);
  }

  getChildren(node?: ConnectionsNode): ConnectionsNode[] {
    if (node === undefined) {
      return this.#source.list().map(({ id }) => this.#nodeOf(id));
    }
    return node.kind === 'connection' ? this.#childrenOf(node) : [];
  }

  getParent(node: ConnectionsNode): ConnectionsNode | undefined {
    return node.kind === 'connection' ? undefined : this.#nodeOf(node.connectionId);
  }

  getTreeItem(node: ConnectionsNode): vscode.TreeItem {
    switch (node.kind) {
      case 'connection':
        return this.#connectionItem(node);
      case 'target':
        return targetItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  #connectionItem(node: ConnectionNode): vscode.TreeItem {
    const connection = this.#source.list().find(({ id }) => id === node.connectionId);
    const item = new vscode.TreeItem(connection?.name ?? '', vscode.TreeItemCollapsibleState.Collapsed);
    const signedIn = connection?.signedIn === true;
    const address = connection?.baseUrl ?? '';
    item.id = `connection:${node.connectionId}`;
    item.description = signedIn ? hostOf(address) : `${hostOf(address)} · ${vscode.l10n.t('signed out')}`;
    item.tooltip = connection?.way === undefined ? address : `${address}\n${connection.way}`;
    item.iconPath = new vscode.ThemeIcon(signedIn ? 'plug' : 'debug-disconnect');
    item.contextValue = `connection,signedIn=${String(signedIn)}`;
    return item;
  }

  #childrenOf(node: ConnectionNode): ConnectionsNode[] {
    const { connectionId } = node;
    const connection = this.#source.list().find(({ id }) => id === connectionId);
    if (connection === undefined) {
      return [];
    }
    if (!connection.signedIn) {
      return [note(connectionId, 'signedOut', vscode.l10n.t('Sign in to see the apps'))];
    }
    const known = this.#apps.get(connectionId);
    if (known !== undefined) {
      return [...known.nodes];
    }
    const loading: Apps = {
      nodes: [note(connectionId, 'loading', vscode.l10n.t('Loading apps…'))],
    };
    this.#apps.set(connectionId, loading);
    void this.#load(node, loading);
    return [...loading.nodes];
  }

  async #load(node: ConnectionNode, asked: Apps): Promise<void> {
    const nodes = await this.#ask(node.connectionId);
    // Someone may have asked again meanwhile; only the answer to the last question counts.
    if (this.#apps.get(node.connectionId) === asked) {
      this.#apps.set(node.connectionId, { nodes });
      this.#changed.fire(node);
    }
  }

  async #ask(connectionId: string): Promise<ConnectionsNode[]> {
    try {
      const targets = await this.#source.targets(connectionId);
      if (targets.length === 0) {
        return [note(connectionId, 'empty', vscode.l10n.t('No app may be seen with this sign-in'))];
      }
      return targets.map((target) => ({
        kind: 'target',
        connectionId,
        targetId: target.id,
        name: target.name,
        url: target.url,
      }));
    } catch (error) {
      const text =
        error instanceof ExpectedError ? show(error.detail) : vscode.l10n.t('The apps can’t be read.');
      return [note(connectionId, 'failed', text)];
    }
  }

  #nodeOf(connectionId: string): ConnectionNode {
    const node = this.#nodes.get(connectionId) ?? { kind: 'connection', connectionId };
    this.#nodes.set(connectionId, node);
    return node;
  }
}

function targetItem(node: TargetNode): vscode.TreeItem {
  const visible = node.name !== '';
  const item = new vscode.TreeItem(visible ? node.name : vscode.l10n.t('(No permission)'));
  item.id = `target:${node.connectionId}:${node.targetId}`;
  item.description = node.targetId;
  item.contextValue = `target,app=${String(visible)}`;
  item.iconPath = new vscode.ThemeIcon(visible ? 'table' : 'lock');
  if (visible) {
    item.tooltip = node.url;
    item.command = {
      command: COMMANDS.openTargetInBrowser,
      title: vscode.l10n.t('Open App in Browser'),
      arguments: [node],
    };
  }
  return item;
}

function noteItem(node: NoteNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.text);
  item.id = `note:${node.connectionId}`;
  item.tooltip = node.text;
  const connection: ConnectionNode = { kind: 'connection', connectionId: node.connectionId };
  switch (node.note) {
    case 'loading':
      item.iconPath = new vscode.ThemeIcon('loading~spin');
      break;
    case 'empty':
      item.iconPath = new vscode.ThemeIcon('info');
      break;
    case 'signedOut':
      item.iconPath = new vscode.ThemeIcon('sign-in');
      item.contextValue = 'connectionError';
      item.command = { command: COMMANDS.signIn, title: vscode.l10n.t('Sign In…'), arguments: [connection] };
      break;
    case 'failed':
      item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
      item.description = vscode.l10n.t('Press to try again');
      item.contextValue = 'connectionError';
      item.command = { command: COMMANDS.refresh, title: vscode.l10n.t('Try Again') };
      break;
  }
  return item;
}

function note(connectionId: string, kind: NoteNode['note'], text: string): NoteNode {
  return { kind: 'note', connectionId, note: kind, text };
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
