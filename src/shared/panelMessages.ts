/** What the Imported Files panel and the extension say to each other. Types and guards, nothing else. */

/** One of the five statuses of an import. */
export type PanelStatus = 'waiting' | 'inProgress' | 'failed' | 'completed' | 'canceled';

/** Which icon stands beside the status word. Never the only carrier of the meaning. */
export type PanelIcon =
  'waiting' | 'running' | 'paused' | 'question' | 'warning' | 'error' | 'success' | 'canceled';

/** What a person may do with one import. */
export type PanelAction =
  | 'cancel'
  | 'stop'
  | 'resume'
  | 'recover'
  | 'decide'
  | 'showUncertain'
  | 'removeTwins'
  | 'undo'
  | 'showUnimported'
  | 'showKept'
  | 'openApp'
  | 'showReport';

/** One import as the panel shows it. All texts are in the reader's language, none of them is markup. */
export interface PanelRow {
  readonly id: string;
  /** Milliseconds since the epoch; the newest row stands on top. */
  readonly order: number;
  readonly submitted: string;
  /** Empty until the import has ended. */
  readonly completed: string;
  readonly app: string;
  /** Whether `openApp` is offered. */
  readonly appLink: boolean;
  readonly file: string;
  readonly status: PanelStatus;
  readonly icon: PanelIcon;
  readonly statusText: string;
  /** What exactly is going on within the status; may be empty. */
  readonly phaseText: string;
  readonly message: string;
  /** 0–100 while the import runs and its rows were counted, else null. */
  readonly percent: number | null;
  /** Working on rows, with no number to tell how far. */
  readonly busy: boolean;
  /** Buttons of the last column, the most useful first. */
  readonly actions: readonly RowAction[];
}

export type RowAction = Exclude<PanelAction, 'openApp'>;

/** Every text of the panel that is not part of a row. `{named}` parts are filled in by the panel. */
export interface PanelStrings {
  readonly title: string;
  readonly note: string;
  readonly importFile: string;
  readonly tableLabel: string;
  readonly columns: {
    readonly submitted: string;
    readonly completed: string;
    readonly app: string;
    readonly file: string;
    readonly status: string;
    readonly message: string;
    readonly action: string;
  };
  readonly actions: Readonly<Record<RowAction, string>>;
  /** What a button does that its text alone does not say. */
  readonly actionHelp: Readonly<Partial<Record<RowAction, string>>>;
  /** `{action}`, `{file}` */
  readonly actionLabel: string;
  /** `{app}` */
  readonly openApp: string;
  /** `{file}` */
  readonly progressLabel: string;
  /** `{count}` */
  readonly showMore: string;
  /** `{shown}`, `{total}` */
  readonly shownOf: string;
  readonly emptyTitle: string;
  readonly emptyText: string;
  readonly emptySteps: readonly string[];
  /** `{file}` */
  readonly announceAdded: string;
  /** `{file}` */
  readonly announceStarted: string;
  /** `{file}`, `{message}` */
  readonly announceAsking: string;
  /** `{file}`, `{percent}` */
  readonly announceProgress: string;
  /** `{file}`, `{status}`, `{message}` */
  readonly announceEnded: string;
}

/** From the extension to the panel. Both kinds may be repeated without harm. */
export type ToPanel =
  | {
      readonly kind: 'snapshot';
      readonly locale: string;
      readonly strings: PanelStrings;
      readonly rows: readonly PanelRow[];
    }
  | { readonly kind: 'patch'; readonly changed: readonly PanelRow[]; readonly removed: readonly string[] };

/** From the panel to the extension. */
export type FromPanel =
  | { readonly kind: 'ready' }
  | { readonly kind: 'importFile' }
  | { readonly kind: 'action'; readonly action: PanelAction; readonly jobId: string };

const actions: Readonly<Record<PanelAction, true>> = {
  cancel: true,
  stop: true,
  resume: true,
  recover: true,
  decide: true,
  showUncertain: true,
  removeTwins: true,
  undo: true,
  showUnimported: true,
  showKept: true,
  openApp: true,
  showReport: true,
};

/** Whether something that came out of the panel is a message of ours. */
export function isFromPanel(value: unknown): value is FromPanel {
  if (!isObject(value)) {
    return false;
  }
  switch (value.kind) {
    case 'ready':
    case 'importFile':
      return true;
    case 'action':
      return (
        typeof value.jobId === 'string' &&
        value.jobId !== '' &&
        typeof value.action === 'string' &&
        Object.hasOwn(actions, value.action)
      );
    default:
      return false;
  }
}

/**
 * Whether something that arrived in the panel is a message of ours. Its rows come from the extension, which
 * built them from the same types; only the outline is looked at.
 */
export function isToPanel(value: unknown): value is ToPanel {
  if (!isObject(value)) {
    return false;
  }
  switch (value.kind) {
    case 'snapshot':
      return typeof value.locale === 'string' && isObject(value.strings) && isRows(value.rows);
    case 'patch':
      return (
        isRows(value.changed) &&
        Array.isArray(value.removed) &&
        value.removed.every((id) => typeof id === 'string')
      );
    default:
      return false;
  }
}

function isRows(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((row: unknown) => isObject(row) && typeof row.id === 'string' && Array.isArray(row.actions))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
