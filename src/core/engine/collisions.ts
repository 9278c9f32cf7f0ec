import type { RecordResult } from '../endpoints/endpoint';
import type { RecordLayout } from '../mapping/layout';
import type { ImportRecord } from '../mapping/record';
import { sortRecords } from './perRecord';
import type { SortedRecords } from './perRecord';
import type { Retries } from './retries';
import type { Settler } from './settling';

type Records = readonly ImportRecord[];

export interface CollisionParts {
  readonly layout: RecordLayout;
  readonly retries: Retries;
  readonly settler?: Settler;
}

/**
 * What a refusal met that says that something is there already, or was changed: perhaps an earlier copy of the request
 * itself. Its answer was lost, or the request was delivered twice and the second refusal is the answer that came.
 */
export class Collisions {
  readonly #parts: CollisionParts;

  constructor(parts: CollisionParts) {
    this.#parts = parts;
  }

  /**
   * What became of a request that was refused as a whole; `refused`: the refusal stands, also when what it met can't be
   * seen; `lost`: it may be ours, and can only be told when nothing else is under way.
   */
  async ofRequest(records: Records): Promise<SortedRecords | 'refused' | 'lost'> {
    const { layout, retries, settler } = this.#parts;
    const found = settler?.protectsEach === true ? await settler.lookFor(records) : null;
    if (found === null) return retries.mayBeOurs(records) ? 'lost' : 'refused';
    const sorted = sortRecords(records, found, layout);
    const { committed } = sorted;
    if (committed.length === records.length) return sorted;
    // Only earlier requests leave some of these records beside others that are not there; else it is all or nothing.
    return committed.some((record) => retries.wasLost(record)) ? sorted : 'refused';
  }

  /** Results of single records: those that are there by our own doing are taken for kept. */
  async among(records: Records, results: readonly RecordResult[]): Promise<readonly RecordResult[]> {
    const met = records.filter((_, at) => hasMet(results[at]));
    const found = met.length === 0 ? null : ((await this.#parts.settler?.lookFor(met)) ?? null);
    if (found === null) return results;
    const foundOf = new Map(met.map((record, at) => [record, found[at]]));
    return results.map((result, at) => {
      const record = records[at];
      const own = record === undefined ? undefined : foundOf.get(record);
      if (own?.kind === 'committed') return own;
      if (own === undefined || own.kind === 'unknown' || result.kind !== 'rejected') return result;
      // Somebody else's, or nothing that can be seen: it would be refused for ever.
      const { code, reasons } = result;
      return { kind: 'rejected', code, reasons };
    });
  }
}

function hasMet(result: RecordResult | undefined): boolean {
  return result?.kind === 'rejected' && result.exists === true;
}
