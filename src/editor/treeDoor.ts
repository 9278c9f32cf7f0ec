import * as vscode from 'vscode';
import { SpacedChanges } from './spacedChanges';

/**
 * Pause between two changes that VS Code is told of. It asks a view again only after 200 ms without a change, and so
 * would not at all while imports make progress more often than that.
 */
const PAUSE_MS = 300;

/** What fills a view, and tells of each change in it. */
type FollowedProvider<T> = Omit<vscode.TreeDataProvider<T>, 'onDidChangeTreeData'> & {
  readonly onDidChangeTreeData: vscode.Event<T | undefined>;
};

/**
 * A view of the side bar that is there before what fills it: the first look at it opens the door. One view for both,
 * because an editor that forgets a view forgets it too late for the next one of the same name.
 */
export class TreeDoor<T> implements vscode.TreeDataProvider<T>, vscode.Disposable {
  readonly view: vscode.TreeView<T>;
  readonly #enter: () => Promise<unknown>;
  readonly #changed = new vscode.EventEmitter<T[] | undefined>();
  /** Undefined stands for the whole view. */
  readonly #changes = new SpacedChanges<T | undefined>((nodes) => this.#tell(nodes), PAUSE_MS);
  #provider: FollowedProvider<T> | undefined;
  #following: vscode.Disposable | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  /** @param enter resolves when `fill` was called */
  constructor(viewId: string, enter: () => Promise<unknown>) {
    this.#enter = enter;
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this });
  }

  /** Hands the view over to what it shows from now on. */
  fill(provider: FollowedProvider<T>): vscode.TreeView<T> {
    this.#provider = provider;
    this.#following = provider.onDidChangeTreeData((node) => this.#changes.add(node));
    return this.view;
  }

  async getChildren(node?: T): Promise<T[]> {
    if (this.#provider === undefined) await this.#enter();
    return (await this.#provider?.getChildren(node)) ?? [];
  }

  getTreeItem(node: T): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.#provider?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  getParent(node: T): vscode.ProviderResult<T> {
    return this.#provider?.getParent?.(node);
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: T,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.#provider?.resolveTreeItem?.(item, node, token) ?? item;
  }

  dispose(): void {
    this.#following?.dispose();
    this.#changes.dispose();
    vscode.Disposable.from(this.view, this.#changed).dispose();
  }

  #tell(nodes: ReadonlySet<T | undefined>): void {
    const some = [...nodes].filter((node) => node !== undefined);
    this.#changed.fire(some.length === nodes.size ? some : undefined);
  }
}
