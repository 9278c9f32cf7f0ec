/** What the panel remembers of its own while it is hidden or the window reloads. Never data of an import. */
export interface SavedState {
  readonly scrollTop: number;
  /** Rows shown before "show more" is offered. */
  readonly limit: number;
  /** Where the keyboard was. */
  readonly jobId: string | null;
  readonly column: number;
}

export const ROWS_PER_PAGE = 200;

export const INITIAL_STATE: SavedState = { scrollTop: 0, limit: ROWS_PER_PAGE, jobId: null, column: 0 };

/** Reads what an earlier panel left; anything unreadable counts as nothing. */
export function readSavedState(value: unknown): SavedState {
  if (typeof value !== 'object' || value === null) {
    return INITIAL_STATE;
  }
  const { scrollTop, limit, jobId, column } = value as Readonly<Record<string, unknown>>;
  return {
    scrollTop: natural(scrollTop, INITIAL_STATE.scrollTop),
    limit: Math.max(ROWS_PER_PAGE, natural(limit, INITIAL_STATE.limit)),
    jobId: typeof jobId === 'string' ? jobId : null,
    column: natural(column, INITIAL_STATE.column),
  };
}

function natural(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : otherwise;
}
