import * as vscode from 'vscode';
import type { CommandDeps } from './editor/commands/deps';
import { commandHandlers } from './editor/commands/handlers';
import { TargetMemory } from './editor/commands/targetMemory';
import { Connections } from './editor/connections/connections';
import { SandboxProcess } from './editor/connections/sandboxProcess';
import { keepContextKeys } from './editor/contextKeys';
import { registerDocuments } from './editor/documents/register';
import { Log } from './editor/log';
import { Reports } from './editor/reports';
import { describeError, registerCommands } from './editor/run';
import { readSettings } from './editor/settings';
import { createViews } from './editor/views/views';
import { WindowImports } from './editor/windowImports';

/** Builds the parts and hands them to each other; nothing is read, asked or connected here. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const connections = new Connections(context.secrets, log);
  const sandbox = new SandboxProcess(distFile(context, 'sandbox.js'), connections, log);
  const service = new WindowImports(
    {
      jobsFolder: vscode.Uri.joinPath(context.globalStorageUri, 'jobs').fsPath,
      workerFile: distFile(context, 'worker.js'),
      transportFor: (target) => connections.transportFor(target),
      retentionDays: () => readSettings().retentionDays,
      log: (level, text) => log.write(level, text),
    },
    (jobId) => {
      // The side bar is the person's: an import is selected in the list only where the list is shown.
      if (!views.jobs.visible) return;
      views.jobs.reveal(jobId).catch((error: unknown) => log.warn(`reveal: ${describeError(error)}`));
    },
  );
  // Takes away what is too old, then reads the rest; a person's first look need not wait for it.
  void service
    .tidy()
    .then(() => service.store.refresh())
    .then(() => service.followCells())
    .catch((error: unknown) => log.error(`imports of cells: ${describeError(error)}`));
  const views = createViews({
    extensionUri: context.extensionUri,
    store: service.store,
    connections,
    memory: context.globalState,
    log,
    mayOpen: (target) => connections.mayOpen(target),
    isOurs: (jobId) => service.isOurs(jobId),
    intervalMs: () => readSettings().pollIntervalMs,
    retentionDays: () => readSettings().retentionDays,
  });
  const documents = registerDocuments(service, (text) => log.warn(text));
  const reports = new Reports(service);
  const deps: CommandDeps = {
    service,
    connections,
    sandbox,
    views,
    documents,
    reports,
    memory: new TargetMemory(context.globalState),
    log,
    scratchFolder: vscode.Uri.joinPath(context.globalStorageUri, 'unsaved'),
    sampleFile: vscode.Uri.joinPath(context.extensionUri, 'media', 'samples', 'customers.csv'),
    version: versionOf(context),
  };
  // Disposed in this order: what shows jobs first, what runs them after it.
  context.subscriptions.push(
    registerCommands(commandHandlers(deps), log),
    keepContextKeys(service.store, connections, sandbox),
    views,
    documents,
    reports,
    { dispose: () => void service.dispose() },
    sandbox,
    connections,
    log,
  );
}

function distFile(context: vscode.ExtensionContext, name: string): string {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;
}

function versionOf(context: vscode.ExtensionContext): string {
  const manifest = context.extension.packageJSON as { version?: unknown };
  return typeof manifest.version === 'string' ? manifest.version : '';
}
