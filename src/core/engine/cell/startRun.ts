import type { CellContents, CellImportState, StartAnswer } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import { backOffMs } from '../backOff';
import { differences } from './compareContents';
import { ask, assertWanted, wait } from './cellContext';
import type { CellContext } from './cellContext';

/** How the cell stands before anything is asked of it. */
export interface CellBefore {
  readonly failed: boolean;
  /** Begin of the run that has failed, by the server's clock; null when there is none, or it is not told. */
  readonly startedAt: number | null;
}

/** A cell that tells nothing of its state is not emptied. */
const STATE_TRIES = 8;

/** Reads how the cell stands. Throws `ExpectedError` when it is being imported by somebody, or can't be read. */
export async function readBefore(context: CellContext): Promise<CellBefore> {
  const { cell, clock, budget } = context;
  for (let tried = 0; ; tried++) {
    const state: CellImportState = await ask(context, (signal) => cell.importState(signal));
    switch (state.kind) {
      case 'ready':
        return { failed: false, startedAt: null };
      case 'failed':
        return { failed: true, startedAt: state.startedAt };
      case 'failedWithoutDetails':
        return { failed: true, startedAt: null };
      case 'running':
        throw new ExpectedError({ code: 'job.cell.foreignRuns', args: { name: state.name } });
      case 'notKnown':
        if (tried >= STATE_TRIES) throw new ExpectedError(state.message);
        await wait(context, backOffMs(tried, clock.random(), 0, budget));
    }
  }
}

/**
 * Asks the server to import the snapshot, until it takes the order or its answer is lost. The order is durable in the
 * journal before it leaves, no other request of ours to the cell is under way meanwhile, and it never leaves again once
 * its answer is not a refusal. `expected`: what the snapshot holds, where that is known. Throws `ExpectedError` when it
 * was refused for good, or `Withdrawn`.
 */
export async function startRun(
  context: CellContext,
  snapshot: string,
  expected: CellContents | null,
): Promise<void> {
  const { log, clock, budget, say, definition, control } = context;
  const began = clock.monotonic();
  const otherBefore = expected !== null && (await holdsOther(context, expected));
  for (let refusals = 0; ; refusals++) {
    const before = await readBefore(context);
    await assertWanted(context);
    await log.appendDurable({
      type: 'START',
      snapshot,
      ...(before.startedAt === null ? {} : { after: before.startedAt }),
      ...(before.failed ? { failedBefore: true } : {}),
      ...(otherBefore ? { otherBefore: true } : {}),
    });
    // It may have taken long until the disk took the record: what was asked meanwhile counts.
    const isWanted = (await control.look()) === null;
    const answer = isWanted ? await order(context, snapshot) : NOT_SENT;
    say('info', `${definition.id}: the order to import was ${answer.kind}`);
    await log.appendDurable({
      type: 'STARTED',
      answer: answer.kind,
      ...(answer.kind === 'accepted' ? {} : { message: answer.message }),
    });
    if (answer.kind !== 'refused') return;
    await assertWanted(context);
    if (!answer.retry) throw new ExpectedError(answer.message);
    const spent = clock.monotonic() - began;
    if (spent >= budget.refusalsMs) {
      throw new ExpectedError({
        code: 'job.cell.busyTooLong',
        args: { minutes: Math.round(spent / 60_000) },
      });
    }
    await wait(context, backOffMs(refusals, clock.random(), answer.retryAfterMs ?? 0, budget));
  }
}

const NOT_SENT: StartAnswer = { kind: 'refused', message: { code: 'job.cell.notSent' }, retry: false };

async function order({ cell, say }: CellContext, snapshot: string): Promise<StartAnswer> {
  try {
    return await cell.startImport(snapshot);
  } catch (error) {
    // The sign-in failed before the request left, or the cell has refused it.
    if (error instanceof ExpectedError) return { kind: 'refused', message: error.detail, retry: false };
    say('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { kind: 'lost', message: { code: 'job.unexpected', args: { detail: 'startImport' } } };
  }
}

/** Whether the cell is seen to hold something else than the snapshot; false where that can't be told. */
async function holdsOther(context: CellContext, expected: CellContents): Promise<boolean> {
  try {
    const found = await ask(context, (signal) => context.cell.contents(signal));
    return differences(expected, found).length > 0;
  } catch (error) {
    if (error instanceof ExpectedError) return false;
    throw error;
  }
}
