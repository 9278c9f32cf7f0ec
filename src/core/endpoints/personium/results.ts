import type { Message } from '../../message';
import type { Answer, RecordResult, RetryReason, Verdict } from '../endpoint';
import type { Judgement } from './judge';
import type { Operation } from './operation';
import { rowMessage } from './rowMessages';

type EndingVerdict = Extract<Verdict, { readonly kind: 'notCommitted' | 'impossible' | 'ambiguous' }>;

/** What became of the records of a batch, while its requests are made one after the other. */
export class Results {
  readonly #results: (RecordResult | undefined)[];
  /** Why no further request was made. */
  #ending: EndingVerdict | null = null;

  constructor(records: number) {
    this.#results = new Array<RecordResult | undefined>(records).fill(undefined);
  }

  /** Notes what a request did. Tells whether those behind it had better wait. */
  take(operations: readonly Operation[], judgement: Judgement): boolean {
    switch (judgement.kind) {
      case 'results':
        for (const [at, result] of judgement.results.entries()) {
          const operation = operations[at];
          if (result.kind === 'impossible') this.#ending ??= result;
          else if (operation !== undefined) this.#results[operation.index] = result;
          // Where the unit is busy or fails, the next request would meet the same.
          if (result.kind === 'again') this.#ending ??= { ...result, kind: 'notCommitted' };
          if (result.kind === 'unknown') this.#ending ??= waitFor(result.message);
        }
        return this.#ending !== null;
      case 'ambiguous':
        for (const { index } of operations) {
          this.#results[index] = { kind: 'unknown', message: judgement.message };
        }
        this.#ending = judgement;
        return true;
      case 'notCommitted':
      case 'impossible':
        this.#ending = judgement;
        return true;
      case 'noBatch':
      case 'smaller': {
        const reasons = [{ message: rowMessage('entity.tooLarge') }];
        for (const { index } of operations) this.#results[index] = { kind: 'rejected', code: '413', reasons };
        return false;
      }
    }
  }

  /** What is to be told of the batch as a whole. */
  answer(): Answer {
    const ending = this.#ending;
    const decided = this.#results.filter((result) => result !== undefined);
    const kept = decided.some(({ kind }) => kind === 'committed' || kind === 'unknown');
    if (ending !== null && (decided.length === 0 || (ending.kind === 'impossible' && !kept))) {
      return ending;
    }
    if (ending?.kind === 'ambiguous' && decided.length === this.#results.length) {
      const allOpen = decided.every(({ kind }) => kind === 'unknown');
      if (allOpen) return ending;
    }
    const results = this.#results.map((result) => result ?? notSent(ending));
    const committed = results.filter((result) => result.kind === 'committed');
    return committed.length === results.length
      ? {
          kind: 'committed',
          ids: committed.map(({ id }) => id),
          revisions: committed.map(({ revision }) => revision),
        }
      : { kind: 'perRecord', results };
  }
}

/** A record whose request was not made, or did nothing. */
function notSent(ending: EndingVerdict | null): RecordResult {
  switch (ending?.kind) {
    case 'notCommitted':
      return { ...ending, kind: 'again', untried: true };
    case 'impossible':
      // Its own request will say so again, and by then nothing else is open.
      return untried('unavailable', ending.message);
    case 'ambiguous':
    case undefined:
      return untried('network', rowMessage('entity.notSentYet'));
  }
}

function untried(reason: RetryReason, message: Message): RecordResult {
  return { kind: 'again', reason, message, untried: true };
}

function waitFor(message: Message): EndingVerdict {
  return { kind: 'notCommitted', reason: 'unavailable', message };
}
