import japanese from '../../l10n/bundle.l10n.ja.json';
import { fill } from './message';
import type { Translate } from './message';

/** The same bundle the editor uses, for the places where there is no editor: the worker's files and the CLI. */
export function translator(language: string): Translate {
  const bundle: Readonly<Record<string, string>> = language.startsWith('ja') ? japanese : {};
  return (english, args) => fill(bundle[english] ?? english, args);
}
