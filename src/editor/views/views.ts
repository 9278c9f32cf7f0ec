import type * as vscode from 'vscode';
import type { JobTarget } from '../../core/jobs/job';
import type { DoorViews } from '../doors';
import type { InterruptedWay } from '../interruptedPlan';
import { closingText, isInterruptedByClosing } from './closing';
import { type ConnectionsSource, ConnectionsTree } from './connectionsTree';
import { Disposable } from './disposables';
import { JobsTree } from './jobsTree';
import { EndNotifications } from './notifications';
import { PanelHost } from './panelHost';
import { QuestionNotifications } from './questionNotifications';
import { type FollowableJobs, RefreshLoop } from './refreshLoop';
import { SeenImports } from './showing';
import { ImportStatusBar } from './statusBar';
import { createWords } from './words';

export interface ViewsOptions {
  readonly extensionUri: vscode.Uri;
  /** The views of the side bar, which are there already. */
  readonly doors: DoorViews;
  readonly store: FollowableJobs;
  readonly connections: ConnectionsSource;
  /** Remembers which failed imports have been seen. */
  readonly memory: vscode.Memento;
  readonly log?: { warn(text: string): void };
  /** Whether the app of an import may be opened with the sign-ins there are. Default: always. */
  readonly mayOpen?: (target: JobTarget) => boolean;
  /** Whether an import was submitted in this window; others end without a notification. Default: all were. */
  readonly isOurs?: (jobId: string) => boolean;
  /** What becomes of imports that are interrupted. Default: they go on. */
  readonly interruptedWay?: () => InterruptedWay;
  /** Milliseconds between two looks at a running import while somebody watches. Default: 500. */
  readonly intervalMs?: () => number;
  /** Days an import stays in the list. Default: 3. */
  readonly retentionDays?: () => number;
}

/** Everything that shows imports, built and joined: tree, connections, panel, badge, status bar, notifications. */
export class Views extends Disposable {
  readonly jobs: JobsTree;
  readonly connections: ConnectionsTree;
  readonly panel: PanelHost;
  readonly #seen: SeenImports;

  constructor(options: ViewsOptions) {
    super();
    const { store, extensionUri, memory, log } = options;
    const words = createWords(options.mayOpen ?? (() => true));
    const warn = (text: string): void => log?.warn(text);
    this.jobs = this.register(new JobsTree(store, words, options.doors.jobs));
    this.connections = this.register(
      new ConnectionsTree(options.connections, { jobs: store, door: options.doors.connections }),
    );
    this.panel = this.register(
      new PanelHost({
        extensionUri,
        jobs: store,
        words,
        retentionDays: options.retentionDays ?? (() => 3),
        warn,
      }),
    );
    this.#seen = this.register(new SeenImports(store, [this.jobs, this.panel], memory));
    this.register(this.#seen.onDidChange(() => this.jobs.setAttention(this.#seen.attention)));
    this.jobs.setAttention(this.#seen.attention);
    this.register(new ImportStatusBar(words, this.#seen, () => this.#closingText(options)));
    this.register(new QuestionNotifications({ jobs: store, words, isOurs: options.isOurs ?? (() => true) }));
    this.register(
      new EndNotifications({
        jobs: store,
        words,
        isShown: () => this.#seen.shown,
        isOurs: options.isOurs ?? (() => true),
      }),
    );
    this.register(
      new RefreshLoop({
        jobs: store,
        seen: this.#seen,
        intervalMs: options.intervalMs ?? (() => 500),
        warn,
      }),
    );
  }

  #closingText({ store, isOurs = () => true, interruptedWay = () => 'goOn' }: ViewsOptions): string {
    const interrupts = store.jobs().some((job) => isInterruptedByClosing(job, isOurs));
    return interrupts ? closingText(interruptedWay()) : '';
  }

  /** Whether the tree or the panel shows imports now. */
  get anyShown(): boolean {
    return this.#seen.shown;
  }
}

/** @returns the views; dispose them with the extension */
export function createViews(options: ViewsOptions): Views {
  return new Views(options);
}
