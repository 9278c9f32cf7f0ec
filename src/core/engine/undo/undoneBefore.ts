import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isUndo } from '../../jobs/job';
import { inputPath, isJobId, readDefinition } from '../../jobs/jobFolder';
import { RowFates } from '../../jobs/rowFates';
import { IMPORTED, UNCHANGED, UPDATED } from '../../jobs/rowVerdicts';
import { isTerminal } from '../../jobs/stages';
import { ExpectedError } from '../../message';
import { GrowingNumbers } from '../growingNumbers';
import { readJournal } from './madeRecords';
import { readUndoList } from './undoList';
import type { UndoLine } from './undoList';

/** What earlier undos of an import have taken back. */
export class UndoneBefore {
  readonly #rows = new GrowingNumbers();
  readonly #twins = new Set<string>();

  /** Of the job of a folder. Throws `ExpectedError` while one of them has not ended. */
  static async read(folder: string): Promise<UndoneBefore> {
    const before = new UndoneBefore();
    for (const undo of await undosOf(folder)) await before.#take(undo);
    return before;
  }

  has({ row, id, twin }: UndoLine): boolean {
    return twin === true ? this.#twins.has(id) : this.#rows.get(row) === 1;
  }

  async #take(folder: string): Promise<void> {
    const fates = new RowFates();
    const state = await readJournal(folder, (record) => fates.take(record));
    if (!isTerminal(state.stage)) throw new ExpectedError({ code: 'undo.underWay' });
    let ordinal = 0;
    for await (const lines of readUndoList(inputPath(folder))) {
      for (const line of lines) {
        const verdict = fates.verdicts.get(++ordinal);
        if (verdict !== IMPORTED && verdict !== UPDATED && verdict !== UNCHANGED) continue;
        if (line.twin === true) this.#twins.add(line.id);
        else this.#rows.set(line.row, 1);
      }
    }
  }
}

async function undosOf(folder: string): Promise<string[]> {
  const jobs = path.dirname(folder);
  const found: string[] = [];
  for (const name of (await readdir(jobs)).filter(isJobId)) {
    const definition = await readDefinition(path.join(jobs, name)).catch(() => null);
    if (definition !== null && isUndo(definition) && definition.undoes === path.basename(folder)) {
      found.push(path.join(jobs, name));
    }
  }
  return found;
}
