import { randomUUID } from 'node:crypto';
import { ApiError } from '../apiError';
import type { RecordSettings } from './options';
import { RECORD_TEXTS } from './recordTexts';

/** Records found by a query, handed out page by page. */
export interface Cursor {
  readonly appId: string;
  /** Of the records, in the order of the query. */
  readonly ids: readonly number[];
  readonly fields: ReadonlySet<string> | undefined;
  readonly size: number;
  /** How many were handed out. */
  position: number;
}

/** The open cursors of a domain. One that is not read for a while goes, as does one that was read to its end. */
export class Cursors {
  readonly #open = new Map<string, { readonly cursor: Cursor; expiresAt: number }>();

  constructor(private readonly settings: RecordSettings) {}

  /** Gives the id. Throws `GAIA_TM12` when there are `most` already. */
  create(cursor: Cursor, most: number): string {
    this.#expire();
    if (this.#open.size >= most) {
      throw new ApiError(429, 'GAIA_TM12', RECORD_TEXTS.tooManyCursors);
    }
    const id = randomUUID();
    this.#open.set(id, { cursor, expiresAt: this.#end() });
    return id;
  }

  /** Throws `GAIA_CN01` when there is none by this id, or no more. Its time begins anew. */
  get(id: string): Cursor {
    this.#expire();
    const open = this.#open.get(id);
    if (open === undefined) {
      throw new ApiError(404, 'GAIA_CN01', RECORD_TEXTS.cursorMissing);
    }
    open.expiresAt = this.#end();
    return open.cursor;
  }

  delete(id: string): void {
    this.#open.delete(id);
  }

  clear(): void {
    this.#open.clear();
  }

  #end(): number {
    return Date.now() + this.settings.cursorLifetimeMs;
  }

  #expire(): void {
    for (const [id, { expiresAt }] of this.#open) {
      if (expiresAt <= Date.now()) {
        this.#open.delete(id);
      }
    }
  }
}
