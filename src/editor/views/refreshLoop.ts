import * as vscode from 'vscode';
import { Disposable } from './disposables';
import { isLive, type JobSource } from './jobFacts';
import { intervalFor } from './pace';
import type { SeenImports } from './showing';

/** Imports that can be read again from where they are kept; `JobStore` is one. */
export interface FollowableJobs extends JobSource {
  /** Reads once, now. */
  refresh(): Promise<void>;
  /** Reads again and again, one read at a time, until disposed. */
  follow(intervalMs: number): { dispose(): void };
}

export interface RefreshLoopOptions {
  readonly jobs: FollowableJobs;
  readonly seen: SeenImports;
  readonly intervalMs: () => number;
  readonly warn: (text: string) => void;
}

/**
 * Keeps the imports fresh: fast while something runs and somebody looks, slower without the focus, not at all
 * when nothing runs and nothing shows. Coming back to the window or to a view reads at once.
 */
export class RefreshLoop extends Disposable {
  readonly #options: RefreshLoopOptions;
  #following: { readonly intervalMs: number; dispose(): void } | undefined;
  #focused = vscode.window.state.focused;
  #shown = false;

  constructor(options: RefreshLoopOptions) {
    super();
    this.#options = options;
    this.register({ dispose: () => this.#following?.dispose() });
    this.register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        const came = focused && !this.#focused;
        this.#focused = focused;
        this.#update();
        if (came) {
          void this.#readNow();
        }
      }),
    );
    this.register(
      options.seen.onDidChange(() => {
        const came = options.seen.shown && !this.#shown;
        this.#shown = options.seen.shown;
        this.#update();
        if (came) {
          void this.#readNow();
        }
      }),
    );
    this.#shown = options.seen.shown;
    this.#update();
    void this.#readNow();
  }

  #update(): void {
    const { jobs, intervalMs } = this.#options;
    const running = jobs.jobs().some(isLive);
    const wanted = intervalFor({ running, shown: this.#shown, focused: this.#focused }, intervalMs());
    if (wanted === this.#following?.intervalMs) {
      return;
    }
    this.#following?.dispose();
    this.#following = undefined;
    if (wanted !== null) {
      const chain = jobs.follow(wanted);
      this.#following = { intervalMs: wanted, dispose: () => chain.dispose() };
    }
  }

  async #readNow(): Promise<void> {
    try {
      await this.#options.jobs.refresh();
    } catch (error) {
      this.#options.warn(`The imports could not be read again (${errorName(error)}).`);
    }
  }
}

/** The kind of an error without its words, which may hold paths or file names. */
function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
