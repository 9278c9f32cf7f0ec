/**
 * Every id this extension contributes, in one place. The manifest test compares these tables with `package.json`,
 * and `Record`s over their keys make a missing handler a compile error.
 */

/** A resource as VS Code hands it to a command of the Explorer or of an editor (`vscode.Uri` fits). */
export interface ResourceArgument {
  readonly scheme: string;
  readonly fsPath: string;
  toString(): string;
}

/** What leads a command to one job: its id, or anything that carries it (a tree node, a link of the panel). */
export type JobArgument = string | { readonly jobId: string };

/** Uncertain rows of a job: all of them, these, or those that the person chooses. Without an answer it is asked for. */
export interface UncertainRowsArgument {
  readonly jobId: string;
  /** First and last ordinal, both included. */
  readonly rows?: readonly (readonly [from: number, to: number])[] | 'choose';
  readonly answer?: 'there' | 'again' | 'leave';
}

/** A record of the app that a job writes to. */
export interface RecordArgument {
  readonly jobId: string;
  readonly recordId: string;
}

/** What leads a command to one connection: its id, or anything that carries it. */
export type ConnectionArgument = string | { readonly connectionId: string };

/** One app of a connection: a node of the Connections view. */
export interface TargetArgument {
  readonly connectionId: string;
  readonly targetId: string;
  readonly url: string;
}

/** Arguments of each command. All are optional: every command also runs from the Command Palette. */
export interface CommandArguments {
  importFile: [resource?: ResourceArgument, selected?: readonly ResourceArgument[]];
  checkFile: [resource?: ResourceArgument, selected?: readonly ResourceArgument[]];
  useProfile: [resource?: ResourceArgument, selected?: readonly ResourceArgument[]];
  saveProfile: [job?: JobArgument];
  importCellSnapshot: [place?: ResourceArgument | ConnectionArgument];
  importStoredSnapshot: [connection?: ConnectionArgument];
  exportCellSnapshot: [connection?: ConnectionArgument];
  watchCellImport: [connection?: ConnectionArgument];
  recoverCell: [place?: JobArgument | ConnectionArgument];
  showImportedFiles: [];
  cancelImport: [job?: JobArgument];
  stopImport: [job?: JobArgument];
  resumeImport: [job?: JobArgument];
  undoImport: [job?: JobArgument];
  showUnimportedRows: [job?: JobArgument];
  showKeptRecords: [job?: JobArgument];
  importTheseRowsAgain: [document?: JobArgument | ResourceArgument];
  showUncertainRows: [job?: JobArgument];
  decideUncertainRows: [rows?: JobArgument | UncertainRowsArgument | ResourceArgument];
  saveUnimportedAsExcel: [document?: JobArgument | ResourceArgument];
  saveFullCopy: [document?: JobArgument | ResourceArgument];
  showJobReport: [job?: JobArgument];
  openTargetInBrowser: [place?: JobArgument | TargetArgument | RecordArgument];
  removeFromList: [job?: JobArgument];
  addConnection: [];
  signIn: [connection?: ConnectionArgument];
  removeConnection: [connection?: ConnectionArgument];
  startSandbox: [];
  stopSandbox: [];
  openSample: [];
  refresh: [];
  showLog: [];
  showDebugInformation: [];
  describeLedgerApp: [connection?: ConnectionArgument];
}

export type CommandName = keyof CommandArguments;

export const COMMANDS = {
  importFile: 'importedFiles.importFile',
  checkFile: 'importedFiles.checkFile',
  useProfile: 'importedFiles.useProfile',
  saveProfile: 'importedFiles.saveProfile',
  importCellSnapshot: 'importedFiles.importCellSnapshot',
  importStoredSnapshot: 'importedFiles.importStoredSnapshot',
  exportCellSnapshot: 'importedFiles.exportCellSnapshot',
  watchCellImport: 'importedFiles.watchCellImport',
  recoverCell: 'importedFiles.recoverCell',
  showImportedFiles: 'importedFiles.showImportedFiles',
  cancelImport: 'importedFiles.cancelImport',
  stopImport: 'importedFiles.stopImport',
  resumeImport: 'importedFiles.resumeImport',
  undoImport: 'importedFiles.undoImport',
  showUnimportedRows: 'importedFiles.showUnimportedRows',
  showKeptRecords: 'importedFiles.showKeptRecords',
  importTheseRowsAgain: 'importedFiles.importTheseRowsAgain',
  showUncertainRows: 'importedFiles.showUncertainRows',
  decideUncertainRows: 'importedFiles.decideUncertainRows',
  saveUnimportedAsExcel: 'importedFiles.saveUnimportedAsExcel',
  saveFullCopy: 'importedFiles.saveFullCopy',
  showJobReport: 'importedFiles.showJobReport',
  openTargetInBrowser: 'importedFiles.openTargetInBrowser',
  removeFromList: 'importedFiles.removeFromList',
  addConnection: 'importedFiles.addConnection',
  signIn: 'importedFiles.signIn',
  removeConnection: 'importedFiles.removeConnection',
  startSandbox: 'importedFiles.startSandbox',
  stopSandbox: 'importedFiles.stopSandbox',
  openSample: 'importedFiles.openSample',
  refresh: 'importedFiles.refresh',
  showLog: 'importedFiles.showLog',
  showDebugInformation: 'importedFiles.showDebugInformation',
  describeLedgerApp: 'importedFiles.describeLedgerApp',
} as const satisfies Record<CommandName, `importedFiles.${string}`>;

/** What each command does; may wait for the person. Anything thrown is handled by the wrapper in `run.ts`. */
export type CommandHandlers = {
  readonly [Name in CommandName]: (...args: CommandArguments[Name]) => Promise<void> | void;
};

export const VIEWS = {
  container: 'importedFiles',
  jobs: 'importedFiles.jobs',
  connections: 'importedFiles.connections',
  panel: 'importedFiles.panel',
} as const;

export const CONTEXT_KEYS = {
  hasConnections: 'importedFiles.hasConnections',
  hasJobs: 'importedFiles.hasJobs',
  sandboxRunning: 'importedFiles.sandboxRunning',
} as const;

export const SETTINGS_SECTION = 'importedFiles';

/** Settings without the section's name. */
export const SETTINGS = {
  connections: 'connections',
  retentionDays: 'retentionDays',
  csvEncoding: 'csv.encoding',
  maxDiagnostics: 'maxDiagnostics',
  pollInterval: 'pollInterval',
  timeZone: 'timeZone',
  interruptedImports: 'interruptedImports',
  ledgerApp: 'ledgerApp',
  lanes: 'lanes',
  settleSeconds: 'settleSeconds',
} as const;

/** Scheme of the editable unimported rows. */
export const UNIMPORTED_SCHEME = 'imported-files';
/** Scheme of read-only reports. */
export const REPORT_SCHEME = 'imported-files-report';

/** Endings of the files that can be imported; the manifest's menus use the same list. */
export const FILE_ENDINGS = ['csv', 'tsv', 'txt', 'xlsx'] as const;

/** Endings of cell snapshots. */
export const SNAPSHOT_ENDINGS = ['zip'] as const;
