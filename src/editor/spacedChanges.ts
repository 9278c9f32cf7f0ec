/** Tells of changes in groups with a pause between two: the first at once, those of a pause together at its end. */
export class SpacedChanges<T> {
  readonly #tell: (changes: ReadonlySet<T>) => void;
  readonly #pauseMs: number;
  readonly #changes = new Set<T>();
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (changes: ReadonlySet<T>) => void, pauseMs: number) {
    this.#tell = tell;
    this.#pauseMs = pauseMs;
  }

  add(change: T): void {
    this.#changes.add(change);
    if (this.#pause === undefined) this.#tellAll();
  }

  dispose(): void {
    clearTimeout(this.#pause);
    this.#changes.clear();
  }

  #tellAll(): void {
    this.#pause = undefined;
    if (this.#changes.size === 0) return;
    const changes = new Set(this.#changes);
    this.#changes.clear();
    this.#pause = setTimeout(() => this.#tellAll(), this.#pauseMs);
    this.#tell(changes);
  }
}
