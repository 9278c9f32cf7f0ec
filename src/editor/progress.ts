import * as vscode from 'vscode';
import { plainText } from './plainText';
import { Cancelled } from './refusal';

/** Tells how far a task is, in the reader's language. */
export type Report = (text: string) => void;

const SHOW_AFTER_MS = 300;

/**
 * Runs a task for which the person waits. Its progress, with a Cancel button, appears only when the task takes
 * noticeably long. Throws `Cancelled` when that button was pressed.
 */
export async function withProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let last = '';
  let shown: Report | undefined;
  const running = task(abort.signal, (text) => {
    last = text;
    shown?.(text);
  });
  if (await settlesWithin(running, SHOW_AFTER_MS)) return running;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: plainText(title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    shown = (text) => progress.report({ message: plainText(text) });
    if (last !== '') shown(last);
    token.onCancellationRequested(() => abort.abort());
    try {
      return await running;
    } catch (error) {
      if (abort.signal.aborted) throw new Cancelled();
      throw error;
    }
  });
}

async function settlesWithin(task: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = task.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([settled, late]);
  clearTimeout(timer);
  return result;
}
