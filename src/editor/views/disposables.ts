/** Something with timers or listeners: disposing it disposes what it registered, the latest first. */
export abstract class Disposable {
  readonly #owned: { dispose(): unknown }[] = [];

  dispose(): void {
    for (const one of this.#owned.splice(0).reverse()) {
      one.dispose();
    }
  }

  protected register<T extends { dispose(): unknown }>(one: T): T {
    this.#owned.push(one);
    return one;
  }
}
