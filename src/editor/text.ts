import * as vscode from 'vscode';
import { renderMessage } from '../core/catalogue';
import type { Message } from '../core/message';

/** The sentence of a message in the display language. Numbers are grouped ("42,049"), words stay as they are. */
export function show(message: Message): string {
  return renderMessage(message, (english, args) => vscode.l10n.t(english, withNumbers(args)));
}

/** A point in time, in milliseconds since the epoch, as date and time of day in the person's time zone. */
export function formatDate(timeMs: number): string {
  return new Intl.DateTimeFormat(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' }).format(
    timeMs,
  );
}

/** A count as the display language writes it. */
export function formatNumber(count: number): string {
  return new Intl.NumberFormat(vscode.env.language).format(count);
}

function withNumbers(args: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'number' ? formatNumber(value) : value,
    ]),
  );
}
