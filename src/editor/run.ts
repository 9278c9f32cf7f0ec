import * as vscode from 'vscode';
import type { CommandHandlers, CommandName } from '../contributions';
import { ExpectedError } from '../core/message';
import type { Log } from './log';
import { Cancelled, Refusal } from './refusal';
import { showText } from './show';
import { show as render } from './text';

/** Runs the commands of the table, all under the one error handling of `runCommand`. */
export function commandRunner(
  handlers: CommandHandlers,
  log: Log,
): (name: CommandName, args: readonly unknown[]) => Promise<void> {
  return (name, args) => {
    const handler = handlers[name] as (...args: unknown[]) => Promise<void> | void;
    return runCommand(name, () => handler(...args), log);
  };
}

/**
 * Runs one command to its end. A step that was left is silent, an expected failure is a sentence with its next
 * steps, anything else is a bug of ours: a sentence and the log. The sentence is not awaited, so a caller of
 * `executeCommand` is not held until somebody reads it.
 */
export async function runCommand(name: string, run: () => Promise<void> | void, log: Log): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof Cancelled || error instanceof vscode.CancellationError) return;
    void tell(name, error, log).catch((failure: unknown) => log.error(`${name}: ${describeError(failure)}`));
  }
}

async function tell(name: string, error: unknown, log: Log): Promise<void> {
  if (error instanceof Refusal) {
    await showText(error.message, { severity: error.severity, buttons: error.buttons });
    return;
  }
  if (error instanceof ExpectedError) {
    log.info(`${name}: ${error.detail.code}`);
    await showText(render(error.detail), { severity: 'error' });
    return;
  }
  log.error(`${name}: ${describeError(error)}`);
  await showText(vscode.l10n.t('Something unexpected happened in Imported Files. The log has the details.'), {
    severity: 'error',
    buttons: [{ title: vscode.l10n.t('Show Log'), run: () => log.show() }],
  });
}

/** Stack or text of anything thrown, for the log. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` · cause: ${describeError(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
