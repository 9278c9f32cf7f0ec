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

  wasLost({ row }: ImportRecord): boolean {
    return this.#lost.has(row);
  }

  /**
   * Whether what is there already of these records can be what a lost request of ours has left. Asked in vain too
   * often, it is taken for somebody else's.
   */
  mayBeOurs(records: readonly ImportRecord[]): boolean {
    const ours = records.filter(({ row }) => this.#lost.has(row));
    return ours.length > 0 && ours.filter((record) => this.#isTooOften(record)).length === 0;
  }

  /**
   * What the results of a request come to, in its order. A record that others were taken past is to blame for that; one
   * that is sent alone and too large is lost. A record of a lost request that is there already, or was changed, is
   * uncertain: that may have been us.
   */
  judge(records: readonly ImportRecord[], results: readonly RecordResult[]): RecordResult[] {
    const lastDecided = results.findLastIndex(isDecided);
    const alone = records.length === 1;
    return records.map((record, index) => {
      const result = results[index];
      switch (result?.kind) {
        case undefined:
          return { kind: 'unknown', message: { code: 'job.unexpected', args: { detail: 'results' } } };
        case 'again': {
          const never = alone && result.reason === 'tooLarge';
          const passed = index < lastDecided && result.untried !== true;
          return never || (passed && this.#isTooOften(record)) ? refusedFor(result.message) : result;
        }
        case 'rejected': {
          const ours = result.exists === true && this.#lost.has(record.row);
          const [first] = result.reasons;
          return ours && first !== undefined && !this.#isTooOften(record)
            ? { kind: 'unknown', message: first.message }
            : result;
        }
        case 'committed':
        case 'unknown':
          return result;
      }
    });
  }

  /** What was found of a record after no answer came for it, `because`. `toBlame`: no other record may be. */
  settled(record: ImportRecord, result: RecordResult, because: Message, toBlame: boolean): RecordResult {
    return result.kind === 'again' && toBlame && this.#isTooOften(record) ? refusedFor(because) : result;
  }

  #isTooOften({ row }: ImportRecord): boolean {
    const tries = (this.#tries.get(row) ?? 0) + 1;
    this.#tries.set(row, tries);
    return tries > MAX_TRIES;
  }
}

/** Whether an answer has come to an end with a record. */
export function isDecided({ kind }: RecordResult): boolean {
  return kind === 'committed' || kind === 'rejected';
}

function refusedFor(message: Message): RecordResult {
  return { kind: 'rejected', code: message.code, reasons: [{ message }] };
}
