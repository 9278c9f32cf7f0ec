import * as vscode from 'vscode';
import { hasOpenJob } from './core/jobs/openJobs';
import { Doors } from './editor/doors';

let doors: Doors | undefined;

/**
 * Every window does this when it has started, so it does next to nothing: the extension itself is loaded when it is
 * used, or when an import has not ended.
 */
export function activate(context: vscode.ExtensionContext): void {
  const opened = new Doors(async () => {
    const { start } = await import('./editor/main');
    return (views) => start(context, views);
  });
  doors = opened;
  context.subscriptions.push(opened);
  const jobsFolder = vscode.Uri.joinPath(context.globalStorageUri, 'jobs').fsPath;
  void hasOpenJob(jobsFolder).then((open) => (open ? opened.enter() : undefined));
}

/** The editor waits a few seconds for this when the window closes. */
export async function deactivate(): Promise<void> {
  await doors?.leave();
}
