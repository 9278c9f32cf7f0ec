const SMALLEST = 1024;
/** Slots filled at the most, as a part of all: beyond it, looking for a free one gets slow. */
const FULLEST = 0.75;
const SEED = 0x9747b28c;

/**
 * Finds keys that occur more than once in a file without keeping them: 12 bytes a slot, 25 MB for a million keys and
 * 38 MB while it grows to that.
 *
 * Keys are told apart by 64 bits of hash. That two of n different keys are taken for the same has a probability of
 * about n² / 2⁶⁵: 3 in 100 million for a file of a million keys, 3 in 10¹⁴ for one of a thousand.
 */
export class KeyIndex {
  #slots: Slots;
  #size = 0;
  readonly #repeats = new Map<number, number>();
  readonly #hash = new Uint32Array(2);

  constructor(expected = 0) {
    let capacity = SMALLEST;
    while (capacity * FULLEST < expected) capacity *= 2;
    this.#slots = new Slots(capacity);
  }

  /** How many different keys there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Notes the key of a row (1 or more). Answers the row that had it first, null when none had. In an update nobody
   * knows which of the rows is meant, so that the first one is a problem, too: `repeats` tells those at the end.
   */
  add(key: string, row: number): number | null {
    hashKey(key, this.#hash);
    const [low = 0, high = 0] = this.#hash;
    const first = this.#slots.put(low, high, row);
    if (first === 0) {
      this.#size += 1;
      if (this.#size > this.#slots.capacity * FULLEST) this.#slots = this.#slots.doubled();
      return null;
    }
    if (!this.#repeats.has(first)) this.#repeats.set(first, row);
    return first;
  }

  /** The first row of every key that came again, with the second one. */
  get repeats(): ReadonlyMap<number, number> {
    return this.#repeats;
  }
}

/** An open hash table; row 0 means a free slot. */
class Slots {
  readonly capacity: number;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #rows: Uint32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#rows = new Uint32Array(capacity);
  }

  /** The row that has the hash already; 0 when it had a free slot, which is filled then. */
  put(low: number, high: number, row: number): number {
    const mask = this.capacity - 1;
    // Both halves choose the slot: keys that agree in one of them only do not pile up.
    let at = (low ^ (high << 16) ^ (high >>> 16)) & mask;
    for (;;) {
      const first = this.#rows[at] ?? 0;
      if (first === 0) {
        this.#low[at] = low;
        this.#high[at] = high;
        this.#rows[at] = row;
        return 0;
      }
      if (this.#low[at] === low && this.#high[at] === high) return first;
      at = (at + 1) & mask;
    }
  }

  doubled(): Slots {
    const larger = new Slots(this.capacity * 2);
    this.#rows.forEach((row, at) => {
      if (row !== 0) larger.put(this.#low[at] ?? 0, this.#high[at] ?? 0, row);
    });
    return larger;
  }
}

/**
 * Two runs of MurmurHash3 over the UTF-16 units, with multipliers of their own so that what collides in one does not
 * in the other.
 */
function hashKey(key: string, into: Uint32Array): void {
  let low = SEED;
  let high = ~SEED;
  for (let index = 0; index < key.length; index += 1) {
    const unit = key.charCodeAt(index) + 1;
    low = Math.imul(rotate(low ^ Math.imul(rotate(Math.imul(unit, 0xcc9e2d51), 15), 0x1b873593), 13), 5);
    low = (low + 0xe6546b64) | 0;
    high = Math.imul(rotate(high ^ Math.imul(rotate(Math.imul(unit, 0x239b961b), 17), 0xab0e9789), 19), 9);
    high = (high + 0x561ccd1b) | 0;
  }
  into[0] = finish(low ^ key.length);
  into[1] = finish(high ^ Math.imul(key.length, 0x9e3779b1));
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Lets every bit depend on all. */
function finish(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
