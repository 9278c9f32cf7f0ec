import type { RecordResult } from '../endpoints/endpoint';
import type { ImportRecord } from '../mapping/record';
import type { Message } from '../message';

/** A record that was not taken so often while others were is lost. */
const MAX_TRIES = 5;

/** Keeps count of single records that are not taken, so that none is sent for ever and none of ours is called another's. */
export class Retries {
  /** Rows that were in a request whose answer was lost: what is there of them may be ours. */
  readonly #lost: Set<number>;
  readonly #tries = new Map<number, number>();

  /** `lost`: of requests before this process took the job up. */
  constructor(lost: Iterable<number> = []) {
    this.#lost = new Set(lost);
  }

  lose(records: readonly ImportRecord[]): void {
    for (const { row } of records) this.#lost.add(row);
  }

  /**
   * What an answer's result comes to. `progress`: other records of the same request were decided; `alone`: there are no
   * others. A record of a lost request that is there already, or was changed, is uncertain: that may have been us.
   */
  judge(
    record: ImportRecord,
    result: RecordResult | undefined,
    { progress, alone }: { readonly progress: boolean; readonly alone: boolean },
  ): RecordResult {
    switch (result?.kind) {
      case undefined:
        return { kind: 'unknown', message: { code: 'job.unexpected', args: { detail: 'results' } } };
      case 'again': {
        const never = alone && result.reason === 'tooLarge';
        return never || (progress && this.#isTooOften(record)) ? refusedFor(result.message) : result;
      }
      case 'rejected': {
        const ours = this.#lost.has(record.row) && (result.exists === true || record.update !== undefined);
        const [first] = result.reasons;
        return ours && first !== undefined && !this.#isTooOften(record)
          ? { kind: 'unknown', message: first.message }
          : result;
      }
      case 'committed':
      case 'unknown':
        return result;
    }
  }

  /** What was found of a record after no answer came for it, `because`. `counts`: it is to blame, and no other. */
  settled(record: ImportRecord, result: RecordResult, because: Message, counts: boolean): RecordResult {
    return result.kind === 'again' && counts && this.#isTooOften(record) ? refusedFor(because) : result;
  }

  #isTooOften({ row }: ImportRecord): boolean {
    const tries = (this.#tries.get(row) ?? 0) + 1;
    this.#tries.set(row, tries);
    return tries > MAX_TRIES;
  }
}

function refusedFor(message: Message): RecordResult {
  return { kind: 'rejected', code: message.code, reasons: [{ message }] };
}
