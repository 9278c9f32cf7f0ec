import { readDecisions } from './control';
import type { Decision } from './control';
import type { JobState } from './fold';
import { journalPath } from './jobFolder';
import { JournalReader } from './journal';
import { RowFates } from './rowFates';

/** What people have answered for the uncertain rows of a job, as far as nobody has taken it in. */
export class Answers {
  readonly #folder: string;
  #known: { readonly sequence: number; readonly decisions: number; readonly open: boolean } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Whether rows have been answered for that the journal says are undecided. `state`: the fold of the journal as it is.
   */
  async areOpen({ undecided, sequence }: Pick<JobState, 'undecided' | 'sequence'>): Promise<boolean> {
    if (undecided === 0) return false;
    const { decisions } = await readDecisions(this.#folder);
    if (decisions.length === 0) return false;
    // The journal is read as a whole only when something has changed.
    if (this.#known?.sequence === sequence && this.#known.decisions === decisions.length)
      return this.#known.open;
    const rowsLeft = await readUndecided(this.#folder);
    const open = decisions.some((decision) => answersFor(decision, rowsLeft));
    this.#known = { sequence, decisions: decisions.length, open };
    return open;
  }
}

/** The rows of a job that a person was asked about and that the journal has no answer for. Throws `JournalDamaged`. */
export async function readUndecided(folder: string): Promise<ReadonlySet<number>> {
  const fates = new RowFates();
  await new JournalReader(journalPath(folder)).read((record) => fates.take(record));
  return fates.undecided;
}

/** Whether a decision is about any of the rows. */
export function answersFor({ rows: ranges }: Pick<Decision, 'rows'>, rows: ReadonlySet<number>): boolean {
  if (ranges === 'all') return rows.size > 0;
  return [...rows].some((row) => ranges.some(([from, to]) => row >= from && row <= to));
}
