import { CELL_CONTENTS } from '../../endpoints/cellSnapshots';
import type { CellContentKind, CellContents, CellSnapshots } from '../../endpoints/cellSnapshots';
import { ExpectedError } from '../../message';
import type { Message } from '../../message';
import type { Clock } from '../clock';

export interface Difference {
  readonly kind: CellContentKind;
  readonly expected: number;
  readonly found: number;
}

/** Kinds of which the cell holds another number than the snapshot, of those that are known of both. */
export function differences(expected: CellContents, found: CellContents): readonly Difference[] {
  return CELL_CONTENTS.flatMap((kind) => {
    const [wanted, there] = [expected[kind], found[kind]];
    return wanted === undefined || there === undefined || wanted === there
      ? []
      : [{ kind, expected: wanted, found: there }];
  });
}

/** Whether anything can be said about them. */
export function comparable(expected: CellContents, found: CellContents): boolean {
  return CELL_CONTENTS.some((kind) => expected[kind] !== undefined && found[kind] !== undefined);
}

export interface Comparison {
  readonly notes: readonly Message[];
  /** The cell holds something so different that the import can't have come to its end. */
  readonly cutOff: Message | null;
  /** Everything that can be counted was, and is as it should be. */
  readonly isWhole: boolean;
}

/** Written documents are found by a search only a moment later. */
const LOOKS = 5;
const FIRST_PAUSE_MS = 1000;

/**
 * Compares the contents of the cell with the snapshot's. `interrupted`: the server could not be reached at the end of the
 * run, as when it was restarted; then no difference at all is taken for an end.
 */
export async function compareContents(
  cell: CellSnapshots,
  clock: Clock,
  expected: CellContents | null,
  interrupted: boolean,
): Promise<Comparison> {
  if (expected === null) return { notes: [notCompared(CELL_CONTENTS)], cutOff: null, isWhole: false };
  let found: CellContents = {};
  let differing: readonly Difference[] = [];
  try {
    for (let look = 1; look <= LOOKS; look++) {
      if (look > 1) await clock.sleep(FIRST_PAUSE_MS * (look - 1));
      found = await cell.contents();
      differing = differences(expected, found);
      if (differing.length === 0) break;
    }
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const note = { code: 'job.cell.noteNotVerified', phrases: { reason: error.detail } };
    return { notes: [note], cutOff: null, isWhole: false };
  }
  const isCutOff = differing.some((one) => interrupted || one.found === 0);
  const unread = CELL_CONTENTS.filter((kind) => found[kind] === undefined);
  return {
    notes: [
      ...(differing.length > 0 ? [told('job.cell.noteDiffers', differing)] : []),
      ...(unread.length > 0 ? [notCompared(unread)] : []),
    ],
    cutOff: isCutOff ? told('job.cell.cutOff', differing) : null,
    isWhole: differing.length + unread.length === 0,
  };
}

function told(code: 'job.cell.noteDiffers' | 'job.cell.cutOff', differing: readonly Difference[]): Message {
  const counts = differing.map(({ kind, expected, found }) => ({
    code: 'job.cell.count',
    args: { expected: expected.toLocaleString('en-US'), found: found.toLocaleString('en-US') },
    phrases: { kind: nameOf(kind) },
  }));
  return { code, phrases: { counts: listed(counts) } };
}

function notCompared(kinds: readonly CellContentKind[]): Message {
  return { code: 'job.cell.noteNotCompared', phrases: { kinds: listed(kinds.map(nameOf)) } };
}

function nameOf(kind: CellContentKind): Message {
  return { code: `job.cell.kind.${kind}` };
}

/** One sentence part of several, as each language joins them. */
function listed(parts: readonly Message[]): Message {
  const [first, ...rest] = parts;
  if (!first) return { code: 'job.cell.two', args: { first: '', rest: '' } };
  return rest.length === 0 ? first : { code: 'job.cell.two', phrases: { first, rest: listed(rest) } };
}
