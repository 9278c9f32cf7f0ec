/** Entries are kept in pieces of so many: nothing is copied when there are more. */
const PIECE = 1 << 14;

/** Small whole numbers (below 2³²) by index, four bytes each; 0 where none was set. */
export class GrowingNumbers {
  readonly #pieces: (Uint32Array | undefined)[] = [];

  get(index: number): number {
    return this.#pieces[Math.floor(index / PIECE)]?.[index % PIECE] ?? 0;
  }

  set(index: number, value: number): void {
    const at = Math.floor(index / PIECE);
    // What is never set costs nothing.
    if (value === 0 && this.#pieces[at] === undefined) return;
    const piece = (this.#pieces[at] ??= new Uint32Array(PIECE));
    piece[index % PIECE] = value;
  }
}
