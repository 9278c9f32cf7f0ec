import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { thisHost } from '../../jobs/host';
import { isRowsImport } from '../../jobs/job';
import type { RowsDefinition, UndoDefinition } from '../../jobs/job';
import { controlPath, inputPath, readDefinition, writeDefinition } from '../../jobs/jobFolder';
import { notWritable } from '../../jobs/notWritable';
import { replacesRecords } from '../../mapping/plan';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import { ENGINE_VERSION } from '../version';
import { MadeRecords } from './madeRecords';
import { Spool } from './spool';
import { UndoListWriter } from './undoList';
import type { Cannot, UndoLine } from './undoList';
import { UndoneBefore } from './undoneBefore';

/** All that an import has made and changed, or only records that came to be twice. */
export type UndoScope = UndoDefinition['scope'];

/** What of an import is to be taken back. */
export interface UndoRequest {
  readonly scope: UndoScope;
  /** Language of the reasons: `en` or `ja`. */
  readonly language: string;
}

export interface NewUndoJob {
  readonly folder: string;
  readonly id: string;
  readonly submittedAt: number;
  /** Folder of the job that is undone, beside the new one. */
  readonly undoes: string;
  readonly request: UndoRequest;
}

/** What an undo would do, by the journal alone; nothing is asked of the endpoint. All counts are records. */
export interface UndoPreview {
  /** New records, to be deleted. Those that came to be twice are among them. */
  readonly toRemove: number;
  /** Changed records, to be put back. */
  readonly toPutBack: number;
  /** Records that came to be twice. */
  readonly twins: number;
  /** Taken back by an earlier undo. */
  readonly undoneBefore: number;
  /** What can't be taken back, and why. */
  readonly cannot: readonly { readonly records: number; readonly reason: Message }[];
  /** What else should be known before. */
  readonly notes: readonly Message[];
}

/**
 * Makes the folder of an undo: freezes the list of what the import has left behind as `input.bin`, writes `job.json`.
 * The job exists when this resolves, and survives a power cut. Throws `ExpectedError` with why nothing can be taken
 * back, and then leaves nothing behind.
 */
export async function createUndoJob({ folder, id, submittedAt, undoes, request }: NewUndoJob): Promise<void> {
  try {
    await mkdir(controlPath(folder), { recursive: true });
    const { target, plan, source } = await definitionOf(undoes);
    const tally = new Tally();
    const list = await UndoListWriter.create(inputPath(folder));
    try {
      await eachLine(undoes, request.scope, folder, async (line) => {
        if (tally.take(line)) await list.add(line);
      });
      tally.assertAny();
      const frozen = await list.end();
      const definition: UndoDefinition = {
        version: 1,
        kind: 'undo',
        id,
        submittedAt,
        target,
        undoes: path.basename(undoes),
        scope: request.scope,
        source: { name: source.name, uri: source.uri, ...frozen },
        plan,
        language: request.language,
        engineVersion: ENGINE_VERSION,
        host: thisHost(),
      };
      await writeDefinition(folder, definition);
    } finally {
      await list.close();
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw notWritable(error);
  }
}

/** What an undo of the job of a folder would do. Throws `ExpectedError` with why nothing can be taken back. */
export async function previewUndo(undoes: string, scope: UndoScope): Promise<UndoPreview> {
  const { plan } = await definitionOf(undoes);
  const tally = new Tally();
  await eachLine(undoes, scope, tmpdir(), (line) => void tally.take(line));
  tally.assertAny();
  return tally.preview(replacesRecords(plan.mode) ? [{ code: 'undo.replacedLost' }] : []);
}

async function definitionOf(undoes: string): Promise<RowsDefinition> {
  const definition = await readDefinition(undoes);
  if (!isRowsImport(definition)) throw new ExpectedError({ code: 'undo.onlyRows' });
  return definition;
}

/** `aside`: a folder for what does not belong into memory meanwhile. */
async function eachLine(
  undoes: string,
  scope: UndoScope,
  aside: string,
  take: (line: UndoLine & { readonly undone?: true }) => void | Promise<void>,
): Promise<void> {
  const undone = await UndoneBefore.read(undoes);
  const name = path.join(aside, `undo-${randomBytes(6).toString('hex')}`);
  const spools = { made: new Spool(`${name}-made.part`), before: new Spool(`${name}-before.part`) };
  try {
    const records = await MadeRecords.read(undoes, spools);
    for (const line of records.lines(scope)) {
      await take(undone.has(line) ? { ...line, undone: true } : line);
    }
  } finally {
    spools.made.remove();
    spools.before.remove();
  }
}

/** Counts lines by what becomes of them. */
class Tally {
  #toRemove = 0;
  #toPutBack = 0;
  #twins = 0;
  #undoneBefore = 0;
  readonly #cannot = new Map<Cannot, number>();

  /** Whether the line belongs into the list. */
  take({ undone, cannot, before, twin }: UndoLine & { readonly undone?: true }): boolean {
    if (undone === true) this.#undoneBefore++;
    else if (cannot !== undefined) this.#cannot.set(cannot, (this.#cannot.get(cannot) ?? 0) + 1);
    else if (before === undefined) this.#toRemove++;
    else this.#toPutBack++;
    if (undone !== true && twin === true) this.#twins++;
    return undone !== true;
  }

  assertAny(): void {
    if (this.#toRemove + this.#toPutBack > 0) return;
    if (this.#undoneBefore > 0) throw new ExpectedError({ code: 'undo.already' });
    throw new ExpectedError({ code: this.#cannot.size > 0 ? 'undo.noneCanBe' : 'undo.nothing' });
  }

  preview(notes: readonly Message[]): UndoPreview {
    return {
      toRemove: this.#toRemove,
      toPutBack: this.#toPutBack,
      twins: this.#twins,
      undoneBefore: this.#undoneBefore,
      cannot: [...this.#cannot].map(([reason, records]) => ({
        records,
        reason: { code: `undo.cannot.${reason}` },
      })),
      notes: this.#toPutBack > 0 ? notes : [],
    };
  }
}
