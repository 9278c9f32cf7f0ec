import * as vscode from 'vscode';
import { CONTEXT_KEYS } from '../contributions';
import type { JobStore } from '../core/jobs/jobStore';
import type { Connections } from './connections/connections';
import type { SandboxProcess } from './connections/sandboxProcess';

/** Keeps the context keys of the manifest's `when` clauses true to the facts. */
export function keepContextKeys(
  store: JobStore,
  connections: Connections,
  sandbox: SandboxProcess,
): vscode.Disposable {
  const last = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    set(CONTEXT_KEYS.hasConnections, connections.all().length > 0);
    set(CONTEXT_KEYS.hasJobs, store.jobs().length > 0);
    set(CONTEXT_KEYS.sandboxRunning, sandbox.running);
  };
  update();
  return vscode.Disposable.from(
    store.onDidChange(update),
    connections.onDidChange(update),
    sandbox.onDidChange(update),
  );
}
