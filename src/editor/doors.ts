import * as vscode from 'vscode';
import { COMMANDS, VIEWS, type CommandName } from '../contributions';
import { FilesDoor } from './filesDoor';
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
  readonly #files: FilesDoor;
  readonly #panels: vscode.Disposable;
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
    this.#files = new FilesDoor(enter);
    this.#panels = vscode.window.registerWebviewPanelSerializer(VIEWS.panel, {
      deserializeWebviewPanel: async (panel, state) =>
        (await enter()).panel.deserializeWebviewPanel(panel, state),
    });
  }

  /** Loads and starts the extension, once. */
  enter(): Promise<Inside> {
    this.#inside ??= this.#load().then((start) => {
      const inside = start(this.#views);
      this.#files.follow(inside.files);
      return inside;
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
    this.#panels.dispose();
    await this.#inside?.then((inside) => inside.leave());
    this.#files.dispose();
    this.#views.jobs.dispose();
    this.#views.connections.dispose();
  }
}
