import * as vscode from 'vscode';
import { COMMANDS, UNIMPORTED_SCHEME, VIEWS, type CommandName } from '../contributions';
import { TreeDoor } from './treeDoor';
import type { ConnectionsNode } from './views/connectionNodes';
import type { JobNode } from './views/jobsTree';

/** All of the extension at work. */
export interface Inside {
  /** Runs a command to its end; what goes wrong is told to the person. */
  run(name: CommandName, args: readonly unknown[]): Promise<void>;
  /** Resolves when the jobs were read for the first time. */
  readonly read: Promise<void>;
  readonly files: vscode.FileSystemProvider;
  readonly panel: vscode.WebviewPanelSerializer;
  /** Ends it; what runs here gets a short time to come to a good end. */
  leave(): Promise<void>;
}

/** Views that are there already, to be filled. */
export interface DoorViews {
  readonly jobs: TreeDoor<JobNode>;
  readonly connections: TreeDoor<ConnectionsNode>;
}

/**
 * Everything by which the editor can come to the extension: its commands, views, files and panel. They cost next to
 * nothing; the rest of the extension is loaded when one of them is used for the first time.
 */
export class Doors implements vscode.Disposable {
  readonly #load: () => Promise<(views: DoorViews) => Inside>;
  readonly #commands: vscode.Disposable;
  readonly #views: DoorViews;
  /** Stand in for what the extension brings itself once it is loaded. */
  readonly #standIns: vscode.Disposable;
  #inside: Promise<Inside> | undefined;
  #left: Promise<void> | undefined;

  constructor(load: () => Promise<(views: DoorViews) => Inside>) {
    this.#load = load;
    const enter = () => this.enter();
    this.#views = {
      jobs: new TreeDoor(VIEWS.jobs, enter),
      connections: new TreeDoor(VIEWS.connections, enter),
    };
    const names = Object.keys(COMMANDS) as CommandName[];
    this.#commands = vscode.Disposable.from(
      ...names.map((name) =>
        vscode.commands.registerCommand(COMMANDS[name], async (...args: unknown[]) =>
          (await enter()).run(name, args),
        ),
      ),
    );
    this.#standIns = vscode.Disposable.from(
      vscode.workspace.registerFileSystemProvider(UNIMPORTED_SCHEME, filesBehind(enter), {
        isCaseSensitive: true,
      }),
      vscode.window.registerWebviewPanelSerializer(VIEWS.panel, {
        deserializeWebviewPanel: async (panel, state) =>
          (await enter()).panel.deserializeWebviewPanel(panel, state),
      }),
    );
  }

  /** Loads and starts the extension, once. */
  enter(): Promise<Inside> {
    this.#inside ??= this.#load().then((start) => {
      this.#standIns.dispose();
      return start(this.#views);
    });
    return this.#inside;
  }

  /** Ends all of it. The editor gives this a few seconds when a window closes. */
  leave(): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  dispose(): void {
    void this.leave();
  }

  async #leave(): Promise<void> {
    this.#commands.dispose();
    if (this.#inside === undefined) this.#standIns.dispose();
    await this.#inside?.then((inside) => inside.leave());
    this.#views.jobs.dispose();
    this.#views.connections.dispose();
  }
}

/** A document that was open before the window was loaded again. */
function filesBehind(enter: () => Promise<Inside>): vscode.FileSystemProvider {
  const files = async () => {
    const inside = await enter();
    await inside.read;
    return inside.files;
  };
  return {
    onDidChangeFile: () => new vscode.Disposable(() => undefined),
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => (await files()).stat(uri),
    readFile: async (uri) => (await files()).readFile(uri),
    readDirectory: async (uri) => (await files()).readDirectory(uri),
    writeFile: async (uri, content, options) => (await files()).writeFile(uri, content, options),
    createDirectory: async (uri) => (await files()).createDirectory(uri),
    delete: async (uri, options) => (await files()).delete(uri, options),
    rename: async (from, to, options) => (await files()).rename(from, to, options),
  };
}
