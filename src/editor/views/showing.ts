import * as vscode from 'vscode';
import type { JobSource } from './jobFacts';
import { type Attention, attentionOf, troubleKeys } from './attention';
import { Disposable } from './disposables';

/** Something that shows imports when it is visible: the tree, the panel. */
export interface Showing {
  readonly visible: boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
}

const SEEN_KEY = 'importedFiles.seenTroubles';

/** Whether imports are in front of the person, and which failed ones have been. */
export class SeenImports extends Disposable {
  readonly #jobs: JobSource;
  readonly #places: readonly Showing[];
  readonly #memory: vscode.Memento;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  #seen: ReadonlySet<string>;

  /** Fires when imports come into sight or leave it, and when there is less or more to pay attention to. */
  readonly onDidChange = this.#changed.event;

  constructor(jobs: JobSource, places: readonly Showing[], memory: vscode.Memento) {
    super();
    this.#jobs = jobs;
    this.#places = places;
    this.#memory = memory;
    this.#seen = new Set(storedKeys(memory));
    this.register(jobs.onDidChange(() => this.#update()));
    for (const place of places) {
      this.register(place.onDidChangeVisibility(() => this.#update()));
    }
    this.#update();
  }

  get shown(): boolean {
    return this.#places.some((place) => place.visible);
  }

  get attention(): Attention {
    return attentionOf(this.#jobs.jobs(), this.#seen);
  }

  #update(): void {
    if (this.shown) {
      // Only troubles that still exist are remembered, so the memory stays as small as the list.
      const keys = troubleKeys(this.#jobs.jobs());
      if (keys.length !== this.#seen.size || keys.some((key) => !this.#seen.has(key))) {
        this.#seen = new Set(keys);
        void this.#memory.update(SEEN_KEY, keys);
      }
    }
    this.#changed.fire();
  }
}

function storedKeys(memory: vscode.Memento): string[] {
  const stored = memory.get<unknown>(SEEN_KEY);
  return Array.isArray(stored) ? stored.filter((key): key is string => typeof key === 'string') : [];
}
