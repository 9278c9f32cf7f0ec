/** What an import or export shows of itself, in the words of `GET __import` and `GET __export`. */
export interface ImportDocument {
  readonly status: 'importation in progress' | 'import failed';
  /** ISO 8601 in UTC with milliseconds. */
  readonly started_at: string;
  /** Such as `81%`. */
  readonly progress: string;
  readonly importation_name: string;
  readonly message?: FailureBody;
}

/** What a run failed with. */
export interface FailureBody {
  readonly code: string;
  /** `value` may be missing where the server knows no words for it. */
  readonly message: { readonly lang: string; readonly value: string | null };
}

export interface ExportDocument {
  readonly status: 'exportation in progress';
  readonly started_at: string;
  readonly progress: string;
  readonly exportation_name: string;
}

/** Shown progress grows in steps of more than this. */
const STEP = 5;

/** Whether a per cent is shown after the one that was shown last. */
export function isWorthShowing(percent: number, shown: number): boolean {
  return percent - Math.floor(shown / STEP) * STEP > STEP;
}

/** Whole per cents of what is done; 0 where there is nothing to do. */
export function percentOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.trunc((100 * done) / total);
}
