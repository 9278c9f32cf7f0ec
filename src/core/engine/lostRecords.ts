import type { LiveRecord, RecordResult } from '../endpoints/endpoint';
import type { ImportRecord } from '../mapping/record';
import type { Resolved } from './resolve';

/** How a record stands in a job that was interrupted; its keys count in any case. */
export type Standing =
  /** Nothing was decided of it. */
  | 'open'
  /** It has its verdict: nothing is looked up. */
  | 'decided'
  /** It was sent as a new one, got no answer, and was not kept: it goes once more, whatever is there by now. */
  | 'new'
  /** Its request got no answer, and it was sent as a new one, or to change one. */
  | 'lostNew'
  | 'lostUpdate';

/** A record whose request got no answer. */
export interface LostRecord {
  readonly record: ImportRecord;
  /** What a look at the live record tells; null when that alone tells nothing. */
  readonly result: RecordResult | null;
}

/**
 * A record that was to change a live one, by what is made of it now: one that is as the file has it was changed by us, or
 * needs nothing; one that is not can be changed again.
 */
export function lostUpdate(
  record: ImportRecord,
  { refused, unchanged }: Resolved,
  live: LiveRecord | undefined,
): LostRecord {
  const [bad] = refused;
  if (bad !== undefined) {
    const reasons = [...bad.problems.values()].flat().map(({ field, message }) => ({
      ...(field === undefined ? {} : { field }),
      message,
    }));
    return { record, result: { kind: 'rejected', code: reasons[0]?.message.code ?? '', reasons } };
  }
  if (unchanged.length > 0 && live !== undefined) {
    const { id, revision } = live;
    return { record: { ...record, update: { id, revision } }, result: { kind: 'committed', id, revision } };
  }
  return { record, result: { kind: 'again', reason: 'network', message: { code: 'job.answerUnheard' } } };
}
