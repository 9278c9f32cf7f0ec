import type { RecordVersion } from '../../mapping/record';
import type { RecordResult, RejectedReason } from '../endpoint';
import { kintoneMessage } from './codes';

/** What the app tells of one record of a request, looked at by itself. */
export type Standing =
  /** As it was sent. The revision is the one that the request made, whatever was done to the record since. */
  | ({ readonly kind: 'kept' } & RecordVersion)
  /** A new record whose value without duplicates nobody has: not kept so far, and no second copy can be. */
  | { readonly kind: 'absent' }
  /** A change of a record that still has the revision it was made from: not kept so far, and can be only once. */
  | { readonly kind: 'before' }
  /** Somebody else's for certain: ours would have other values, or another revision. */
  | { readonly kind: 'others'; readonly result: Rejected }
  /** Ours that was changed since, or somebody else's; `version` is what ours would have. */
  | { readonly kind: 'eitherWay'; readonly version: RecordVersion; readonly result: Rejected | null }
  /** A new record that nothing tells from another. */
  | { readonly kind: 'open' };

export type Rejected = Extract<RecordResult, { kind: 'rejected' }>;

/** How much the records of one request tell together. */
export interface Finding {
  readonly results: readonly RecordResult[];
  /** Some say that the request was kept and some that it was not: it may have been kept between two reads. */
  readonly contradictory: boolean;
}

/**
 * Brings together what the records of one request tell: all of it was kept or nothing. Sent again are only those whose
 * second copy would be refused: a record by itself, or one that goes with such a record in the same request.
 */
export function conclude(standings: readonly Standing[]): Finding {
  const kept = standings.some(({ kind }) => kind === 'kept');
  const missing = standings.some(({ kind }) => kind === 'absent' || kind === 'before');
  const others = standings.some(({ kind }) => kind === 'others');
  const contradictory = kept && (missing || others);
  const wasKept = kept && !contradictory;
  const wasNot = !kept && (missing || others);
  const results = standings.map((standing): RecordResult => {
    switch (standing.kind) {
      case 'kept':
        return { kind: 'committed', id: standing.id, revision: standing.revision };
      case 'absent':
      case 'before':
        return sendAgain();
      case 'others':
        return standing.result;
      case 'eitherWay':
        return wasKept ? { kind: 'committed', ...standing.version } : (standing.result ?? notTold());
      case 'open':
        if (wasKept) {
          return { kind: 'committed', id: '', revision: '' };
        }
        // With them goes one that can't be kept twice; or one that can never be kept, and then no late copy can.
        return wasNot ? sendAgain() : notTold();
    }
  });
  return { results, contradictory };
}

export function rejected(code: string, reason: RejectedReason, exists: boolean): Rejected {
  return { kind: 'rejected', code, reasons: [reason], ...(exists ? { exists } : {}) };
}

export function sendAgain(): RecordResult {
  return { kind: 'again', reason: 'network', message: kintoneMessage('kintone.notKept') };
}

export function notTold(): RecordResult {
  return { kind: 'unknown', message: kintoneMessage('kintone.notTold') };
}
