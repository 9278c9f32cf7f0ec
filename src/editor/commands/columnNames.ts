import * as vscode from 'vscode';

/** The heading of a column on one line, or its number where it has none. */
export function columnName(header: readonly string[], column: number): string {
  const name = (header[column] ?? '').replace(/\s+/g, ' ').trim();
  return name === '' ? vscode.l10n.t('Column {n}', { n: column + 1 }) : name;
}

/** A name in a length that leaves room for more on its line. */
export function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}

/** The first names of a list, each in a length that fits a line. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(shortened);
  return shown.join(', ') + (names.length > shown.length ? ' …' : '');
}
