import * as vscode from 'vscode';
import type { CommandDeps } from './commands/deps';
import { commandHandlers } from './commands/handlers';
import { TargetMemory } from './commands/targetMemory';
import { Connections } from './connections/connections';
import { SandboxProcess } from './connections/sandboxProcess';
import { keepContextKeys } from './contextKeys';
import { registerDocuments } from './documents/register';
import type { DoorViews, Inside } from './doors';
import { InterruptedImports } from './interruptedImports';
import { Log } from './log';
import { Reports } from './reports';
import { commandRunner, describeError } from './run';
import { readLimits, readSettings } from './settings';
import { createViews } from './views/views';
import { WindowImports } from './windowImports';

/** The editor waits five seconds for its extensions; requests under way get most of them. */
const LEAVE_MS = 3500;

/** Builds the parts and hands them to each other; nothing is asked or connected here. */
export function start(context: vscode.ExtensionContext, doors: DoorViews): Inside {
  const log = new Log();
  log.info(`Imported Files ${versionOf(context)}`);
  const connections = new Connections(context.secrets, log);
  const sandbox = new SandboxProcess(distFile(context, 'sandbox.js'), connections, log);
  const jobsFolder = vscode.Uri.joinPath(context.globalStorageUri, 'jobs').fsPath;
  const service = new WindowImports(
    {
      jobsFolder,
      workerFile: distFile(context, 'worker.js'),
      transportFor: (target) => connections.transportFor(target),
      retentionDays: () => readSettings().retentionDays,
      limits: () => readLimits(),
      log: (level, text) => log.write(level, text),
    },
    (jobId) => {
      // The side bar is the person's: an import is selected in the list only where the list is shown.
      if (!views.jobs.visible) return;
      views.jobs.reveal(jobId).catch((error: unknown) => log.warn(`reveal: ${describeError(error)}`));
    },
  );
  const interrupted = new InterruptedImports({
    service,
    connections,
    way: () => readSettings().interruptedImports,
    name: jobsFolder,
    memory: context.globalState,
    log,
  });
  // Takes away what is too old, then reads the rest; a person's first look need not wait for it.
  const read = service.tidy().then(() => service.store.refresh());
  void read
    .then(() => interrupted.start())
    .catch((error: unknown) => log.error(`interrupted imports: ${describeError(error)}`));
  const views = createViews({
    extensionUri: context.extensionUri,
    doors,
    store: service.store,
    connections,
    memory: context.globalState,
    log,
    mayOpen: (target) => connections.mayOpen(target),
    isOurs: (jobId) => service.isOurs(jobId),
    interruptedWay: () => readSettings().interruptedImports,
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
  const shown = vscode.Disposable.from(
    keepContextKeys(service.store, connections, sandbox),
    interrupted,
    views,
    documents,
    reports,
  );
  return {
    run: commandRunner(commandHandlers(deps), log),
    read,
    files: documents.files,
    panel: views.panel,
    // What shows jobs first, then what runs them, and what they need at the end.
    leave: async () => {
      shown.dispose();
      const start = Date.now();
      await service.dispose(LEAVE_MS);
      log.debug(`left in ${String(Date.now() - start)} ms`);
      vscode.Disposable.from(sandbox, connections, log).dispose();
    },
  };
}

function distFile(context: vscode.ExtensionContext, name: string): string {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;
}

function versionOf(context: vscode.ExtensionContext): string {
  const manifest = context.extension.packageJSON as { version?: unknown };
  return typeof manifest.version === 'string' ? manifest.version : '';
}
