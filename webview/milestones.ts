import type { PanelRow, PanelStrings } from '../src/shared/panelMessages';
import { fill } from './text';

const QUARTERS = [25, 50, 75];

/**
 * What a screen reader is told when a row changes: that an import was added, began, passed a quarter, needs a
 * decision, or ended; null for everything in between. The last quarter passed is told when several were passed at once.
 */
export function milestone(
  before: PanelRow | undefined,
  after: PanelRow,
  strings: PanelStrings,
): string | null {
  const file = after.file;
  if (isEnded(after)) {
    // An import that had ended before it was first seen is no news.
    return before === undefined || isEnded(before)
      ? null
      : fill(strings.announceEnded, { file, status: after.statusText, message: after.message });
  }
  if (after.status === 'waiting') {
    return before === undefined ? fill(strings.announceAdded, { file }) : null;
  }
  if (after.icon === 'question') {
    return before?.icon === 'question'
      ? null
      : fill(strings.announceAsking, { file, message: after.message });
  }
  if (before === undefined || before.status === 'waiting') {
    return fill(strings.announceStarted, { file });
  }
  const passed = QUARTERS.findLast(
    (quarter) => (before.percent ?? 0) < quarter && (after.percent ?? 0) >= quarter,
  );
  return passed === undefined ? null : fill(strings.announceProgress, { file, percent: String(passed) });
}

function isEnded(row: PanelRow): boolean {
  return row.status === 'completed' || row.status === 'failed' || row.status === 'canceled';
}
