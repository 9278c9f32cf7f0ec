import * as vscode from 'vscode';
import { ImportService } from './core/engine/importService';
import type { CommandDeps } from './editor/commands/deps';
import { commandHandlers } from './editor/commands/handlers';
import { TargetMemory } from './editor/commands/targetMemory';
import { Connections } from './editor/connections/connections';
import { SandboxProcess } from './editor/connections/sandboxProcess';
import { keepContextKeys } from './editor/contextKeys';
import { registerDocuments } from './editor/documents/register';
import { Log } from './editor/log';
import { Reports } from './editor/reports';
import { registerCommands } from './editor/run';
import { readSettings } from './editor/settings';
import { createViews } from './editor/views/views';

/** Builds the parts and hands them to each other; nothing is read, asked or connected here. */
export function activate(context: vscode.ExtensionContext): void {
  const log = new Log();
  const connections = new Connections(context.secrets, log);
  const sandbox = new SandboxProcess(distFile(context, 'sandbox.js'), connections, log);
  const submitted = new Set<string>();
  const service = new ImportService({
    jobsFolder: vscode.Uri.joinPath(context.globalStorageUri, 'jobs').fsPath,
    workerFile: distFile(context, 'worker.js'),
    transportFor: (target) => connections.transportFor(target),
    retentionDays: () => readSettings().retentionDays,
    log: (level, text) => log.write(level, text),
  });
  // Takes away what is too old, then reads the rest; a person's first look need not wait for it.
  void service.tidy().then(() => service.store.refresh());
  const views = createViews({
    extensionUri: context.extensionUri,
    store: service.store,
    connections,
    memory: context.globalState,
    log,
    isOurs: (jobId) => isOurs(jobId, submitted, service),
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
    onSubmitted: (jobId) => {
      submitted.add(jobId);
      void views.jobs.reveal(jobId);
    },
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

/** Notifications are for the window that submitted a job, or the job it came from. */
function isOurs(jobId: string, submitted: ReadonlySet<string>, service: ImportService): boolean {
  const parent = service.store.get(jobId)?.definition.parentJobId;
  return submitted.has(jobId) || (parent !== undefined && submitted.has(parent));
}

function distFile(context: vscode.ExtensionContext, name: string): string {
  return vscode.Uri.joinPath(context.extensionUri, 'dist', name).fsPath;
}

function versionOf(context: vscode.ExtensionContext): string {
  const manifest = context.extension.packageJSON as { version?: unknown };
  return typeof manifest.version === 'string' ? manifest.version : '';
}
