import type { CommandHandlers } from '../../contributions';
import type { CommandDeps } from './deps';

/**
 * What each command runs. Its module is loaded when it is used for the first time, so that opening a window costs
 * nothing; a command without a handler does not compile.
 */
export function commandHandlers(deps: CommandDeps): CommandHandlers {
  const jobs = () => import('./jobCommands');
  const connections = () => import('./connectionCommands');
  const sandbox = () => import('./sandbox');
  const documents = async () =>
    (await import('../documents/commands')).documentCommands(
      deps.service,
      deps.documents.files,
      deps.documents.uncertain,
    );
  return {
    importFile: async (...files) => (await import('./importFile')).importFile(deps, ...files),
    checkFile: async (...files) => (await import('./checkFile')).checkFile(deps, ...files),
    useProfile: async (...files) => (await import('./importFile')).importWithProfile(deps, ...files),
    saveProfile: async (job) => (await import('./saveProfile')).saveProfile(deps, job),
    importCellSnapshot: async (file) => (await import('./importCell')).importCellSnapshot(deps, file),
    importStoredSnapshot: async (cell) => (await import('./importCell')).importStoredSnapshot(deps, cell),
    exportCellSnapshot: async (cell) => (await import('./exportCell')).exportCellSnapshot(deps, cell),
    watchCellImport: async (cell) => (await import('./watchCell')).watchCellImport(deps, cell),
    recoverCell: async (place) => (await import('./recoverCell')).recoverCell(deps, place),
    showImportedFiles: () => deps.views.panel.show(),
    cancelImport: async (job) => (await jobs()).cancelImport(deps, job),
    stopImport: async (job) => (await jobs()).stopImport(deps, job),
    undoImport: async (job) => (await import('./undoImport')).undoImport(deps, job),
    resumeImport: async (job) => (await jobs()).resumeImport(deps, job),
    showUnimportedRows: async (job) => (await documents()).showUnimportedRows(job),
    showKeptRecords: async (job) => (await documents()).showKeptRecords(job),
    importTheseRowsAgain: async (document) => (await documents()).importTheseRowsAgain(document),
    showUncertainRows: async (job) => (await import('./showUncertainRows')).showUncertainRows(deps, job),
    decideUncertainRows: async (rows) =>
      (await import('./decideUncertainRows')).decideUncertainRows(deps, rows),
    saveUnimportedAsExcel: async (document) => (await documents()).saveUnimportedAsExcel(document),
    saveFullCopy: async (document) => (await documents()).saveFullCopy(document),
    showJobReport: async (job) => (await jobs()).showJobReport(deps, job),
    openTargetInBrowser: async (place) => (await jobs()).openTargetInBrowser(deps, place),
    removeFromList: async (job) => (await jobs()).removeFromList(deps, job),
    addConnection: async () => (await connections()).addConnectionCommand(deps),
    signIn: async (connection) => (await connections()).signIn(deps, connection),
    removeConnection: async (connection) => (await connections()).removeConnection(deps, connection),
    startSandbox: async () => (await sandbox()).startSandboxCommand(deps),
    stopSandbox: async () => (await sandbox()).stopSandbox(deps),
    openSample: async () => (await import('./openSample')).openSample(deps),
    refresh: async () => {
      deps.views.connections.refresh();
      await deps.service.store.refresh();
    },
    showLog: () => deps.log.show(),
    describeLedgerApp: async (connection) =>
      (await import('./describeLedgerApp')).describeLedgerApp(deps, connection),
    showDebugInformation: async () => (await import('./showDebugInformation')).showDebugInformation(deps),
  };
}
