/** What a server does that can't be called up otherwise; everything is as usual by default. */
export interface SnapshotHooks {
  /** Milliseconds from the answer 202 until a run shows itself. */
  readonly startDelayMs: number;
  /** Milliseconds an import takes from then on. */
  readonly importMs: number;
  /** Milliseconds an export takes. */
  readonly exportMs: number;
  /** Steps in which an import or export goes on. */
  readonly steps: number;
  /** An import goes no further than this per cent until it may. */
  readonly stuckAt: number | null;
  /** What an import shows last; null: what comes of its lines, which is over 100 where the last one lacks its line feed. */
  readonly lastPercent: number | null;
  /** Progress is shown in every step, not only when it has gone on by more than 5. */
  readonly fineProgress: boolean;
  /** An import ends at this per cent. */
  readonly failure: PlannedFailure | null;
  /** An export ends with this in place of a file. */
  readonly exportFailure: FailureText | null;
  /** While a cell whose last import failed is imported again, that failure is told until this per cent. */
  readonly oldFailureUntil: number;
  /** The file that tells of a failed import is lost. */
  readonly failureFileLost: boolean;
  /** Refusals of everything but tokens while an import is between two per cents. */
  readonly refusals: readonly RefusalWindow[];
  /** An import replaces everything at its end and not from its beginning, so that accounts go on being taken. */
  readonly keepsAccounts: boolean;
  /** As where cells are sub-domains: the lock keeps nobody out, and a failed cell answers nothing. */
  readonly subDomain: boolean;
  /** So many orders to import or export are refused because others use the cell. */
  readonly busy: number;
  /** How often, and how many milliseconds apart, it is looked whether others still use the cell. */
  readonly busyRetries: number;
  readonly busyRetryMs: number;
  /** So many orders to import or export end without an answer, before or after they are taken. */
  readonly lostAnswers: { readonly orders: number; readonly when: 'beforeCommit' | 'afterCommit' } | null;
}

export interface FailureText {
  readonly code: string;
  readonly text: string | null;
}

export interface PlannedFailure extends FailureText {
  readonly at: number;
}

/** A refusal with a code of Personium's from one per cent up to another. */
export interface RefusalWindow {
  readonly code: string;
  readonly from: number;
  readonly to: number;
}

export const USUAL_HOOKS: SnapshotHooks = {
  startDelayMs: 300,
  importMs: 4000,
  exportMs: 1500,
  steps: 40,
  stuckAt: null,
  lastPercent: null,
  fineProgress: false,
  failure: null,
  exportFailure: null,
  oldFailureUntil: 50,
  failureFileLost: false,
  refusals: [],
  keepsAccounts: false,
  subDomain: false,
  busy: 0,
  busyRetries: 50,
  busyRetryMs: 100,
  lostAnswers: null,
};

const NUMBERS = [
  'startDelayMs',
  'importMs',
  'exportMs',
  'steps',
  'oldFailureUntil',
  'busy',
  'busyRetries',
  'busyRetryMs',
] as const;
const NUMBERS_OR_NULL = ['stuckAt', 'lastPercent'] as const;
const FLAGS = ['fineProgress', 'failureFileLost', 'keepsAccounts', 'subDomain'] as const;

/** Hooks as another process sends them. Throws `TypeError` for what is unknown or of another kind. */
export function readHooks(value: unknown): Partial<SnapshotHooks> {
  const hooks = membersOf(value, 'hooks');
  for (const [name, hook] of Object.entries(hooks)) {
    if (!isFit(name, hook)) {
      throw new TypeError(`There is no hook ${name} of this kind.`);
    }
  }
  return hooks;
}

function isFit(name: string, hook: unknown): boolean {
  const isOneOf = (names: readonly string[]) => names.includes(name);
  if (isOneOf(NUMBERS)) {
    return isAmount(hook);
  }
  if (isOneOf(NUMBERS_OR_NULL)) {
    return hook === null || isAmount(hook);
  }
  if (isOneOf(FLAGS)) {
    return typeof hook === 'boolean';
  }
  switch (name) {
    case 'failure':
      return hook === null || (isFailure(hook) && isAmount(membersOf(hook, name).at));
    case 'exportFailure':
      return hook === null || isFailure(hook);
    case 'refusals':
      return Array.isArray(hook) && hook.every(isWindow);
    case 'lostAnswers': {
      const { orders, when } = hook === null ? NOTHING_LOST : membersOf(hook, name);
      return isAmount(orders) && (when === 'beforeCommit' || when === 'afterCommit');
    }
    default:
      return false;
  }
}

const NOTHING_LOST: Readonly<Record<string, unknown>> = { orders: 0, when: 'beforeCommit' };

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0;
}

function isFailure(value: unknown): boolean {
  const { code, text } = membersOf(value, 'failure');
  return typeof code === 'string' && (typeof text === 'string' || text === null);
}

function isWindow(value: unknown): boolean {
  const { code, from, to } = membersOf(value, 'refusals');
  return typeof code === 'string' && isAmount(from) && isAmount(to);
}

function membersOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} takes an object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}
