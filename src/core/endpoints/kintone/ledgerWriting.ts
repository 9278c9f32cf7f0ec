import type { ImportRecord } from '../../mapping/record';
import { ExpectedError } from '../../message';
import type { Answer, RecordResult, RetryReason } from '../endpoint';
import { judgeFailure } from '../networkFailure';
import { retryAfterOf } from '../retryAfter';
import { TransportError } from '../transport';
import { adoptIds } from './adoptIds';
import { effectOf, kintoneMessage } from './codes';
import type { Ledger, LedgerRecord } from './ledger';
import { isPassing, KintoneRefusal } from './reader';
import { FIRST_REVISION, nextRevision } from './settle';
import type { SettlingParts } from './settle';
import { notTold, sendAgain } from './standing';

/** The record that a request is to change, or why nothing can be sent: nothing was. */
export async function openLedger(ledger: Ledger, signal?: AbortSignal): Promise<LedgerRecord | Answer> {
  try {
    return await ledger.open(signal);
  } catch (error) {
    if (signal?.aborted === true) {
      return judgeFailure(new TransportError('ABORT_ERR', 'none'));
    }
    if (!(error instanceof ExpectedError)) {
      throw error;
    }
    if (isPassing(error)) {
      const retryAfterMs = retryAfterOf(error);
      return { kind: 'notCommitted', reason: reasonOf(error), message: error.detail, retryAfterMs };
    }
    const message =
      error instanceof KintoneRefusal
        ? kintoneMessage('kintone.ledgerRefused', { code: error.kintoneCode }, error.refusal.words)
        : error.detail;
    return { kind: 'impossible', message };
  }
}

export function isLedgerRecord(opened: LedgerRecord | Answer): opened is LedgerRecord {
  return 'lastRequest' in opened;
}

function reasonOf(error: ExpectedError): RetryReason {
  if (!(error instanceof KintoneRefusal)) {
    return error.cause instanceof TransportError ? 'network' : 'unavailable';
  }
  const effect = effectOf(error.kintoneCode, error.status);
  return effect === 'locked' || effect === 'throttled' ? effect : 'unavailable';
}

/**
 * What became of a request by its ledger, the same for all its records. Ids of new ones are looked for by what they
 * hold, and empty when they can't be told. Throws `ExpectedError`.
 */
export async function settleByLedger(
  ledger: Ledger,
  parts: SettlingParts,
  batch: readonly ImportRecord[],
  signal?: AbortSignal,
): Promise<readonly RecordResult[]> {
  const answer = await ledger.lookFor(batch, signal);
  if (answer !== 'kept') {
    return batch.map(answer === 'notKept' ? sendAgain : notTold);
  }
  const added = batch.filter(({ update }) => update === undefined);
  const ids = added.length === 0 ? [] : await adoptIds(parts, added, signal);
  let next = 0;
  return batch.map(({ update }): RecordResult => {
    if (update !== undefined) {
      return { kind: 'committed', id: update.id, revision: nextRevision(update.revision) };
    }
    const id = ids[next++] ?? '';
    return { kind: 'committed', id, revision: id === '' ? '' : FIRST_REVISION };
  });
}
