import type { Endpoint, LiveRecord, TakingBack } from '../../endpoints/endpoint';
import type { Control } from '../../jobs/control';
import type { RecordLayout } from '../../mapping/layout';
import type { ImportRecord, RecordValue } from '../../mapping/record';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { RetryBudget } from '../backOff';
import type { Clock } from '../clock';
import { FEW_TRIES, Patience, UNHEARD } from '../patience';
import { putBackOf } from './putBack';
import type { UndoLine } from './undoList';

/** A record to take back; its row is the place of its line in the list. Without `update` it is deleted. */
export interface UndoRecord extends ImportRecord {
  readonly line: UndoLine;
}

/** What is to be done for a record, by what it is now. */
export type Standing =
  | { readonly kind: 'remove' }
  | { readonly kind: 'putBack'; readonly values: readonly RecordValue[] }
  /** It is gone, or was put back already. */
  | { readonly kind: 'done'; readonly revision: string }
  | { readonly kind: 'kept'; readonly message: Message };

export type Live = ReadonlyMap<string, LiveRecord>;

export function recordOf(row: number, line: UndoLine): UndoRecord {
  const { id, revision, before } = line;
  return {
    row,
    lastRow: row,
    values: [],
    line,
    ...(before === undefined ? {} : { update: { id, revision } }),
  };
}

/** Nothing is done for a record that is not as the import has left it. */
export function standingOf({ line }: UndoRecord, live: Live, layout: RecordLayout): Standing {
  const { id, revision, before } = line;
  const now = live.get(id);
  if (before === undefined) {
    if (now === undefined) return { kind: 'done', revision };
    return now.revision === revision ? { kind: 'remove' } : kept('undo.editedSince', id);
  }
  if (now === undefined) return kept('undo.goneSince', id);
  const back = putBackOf(layout, before.values, now);
  if (back.kind === 'same') return { kind: 'done', revision: now.revision };
  if (now.revision !== revision) return kept('undo.editedSince', id);
  return back.kind === 'cannot'
    ? { kind: 'kept', message: back.message }
    : { kind: 'putBack', values: back.values };
}

function kept(code: string, id: string): Standing {
  return { kind: 'kept', message: { code, args: { id } } };
}

export interface LiveParts {
  readonly endpoint: Pick<Endpoint, 'natureOf'>;
  readonly takeBack: TakingBack;
  readonly control: Control;
  readonly clock: Clock;
  readonly budget?: RetryBudget;
  /** Told why nothing can be found out. */
  readonly onTrouble: (error: ExpectedError) => void;
}

/** Reads records as they are now. */
export class LiveRecords {
  readonly #parts: LiveParts;
  readonly #patience: Patience;
  readonly #lastPatience: Patience;

  constructor(parts: LiveParts) {
    const { endpoint, control, clock, budget, onTrouble } = parts;
    this.#parts = parts;
    const options = {
      ...(budget ? { budget } : {}),
      networkTries: Infinity,
      onWait: (error: ExpectedError) => onTrouble(error),
    };
    this.#patience = new Patience(endpoint, control, clock, options);
    this.#lastPatience = new Patience(endpoint, UNHEARD, clock, options);
  }

  /** Null when something was asked of the job meanwhile. Throws `ExpectedError`. */
  async read(records: readonly UndoRecord[]): Promise<Live | null> {
    return this.#patience.ask((signal) => this.#read(records, signal));
  }

  /** Whatever is asked of the job, but then not for long; null when it can't be told now. */
  async readAfterLoss(records: readonly UndoRecord[]): Promise<Live | null> {
    try {
      const live = this.#parts.control.asked === null ? await this.read(records) : null;
      if (live !== null || this.#parts.control.asked === 'lost') return live;
      return await this.#lastPatience.ask((signal) => this.#read(records, signal), FEW_TRIES);
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      this.#parts.onTrouble(error);
      return null;
    }
  }

  async #read(records: readonly UndoRecord[], signal: AbortSignal): Promise<Live> {
    const ids = records.map(({ line }) => line.id);
    const found = await this.#parts.takeBack.read(ids, signal);
    return new Map(found.map((one) => [one.id, one]));
  }
}
