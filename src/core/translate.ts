import japanese from '../../l10n/bundle.l10n.ja.json';

/** Turns an English template into the reader's language; the English itself where there is no other. */
export type Translate = (english: string, args: Readonly<Record<string, string | number>>) => string;

/** The same bundle the editor uses, for the places where there is no editor: the worker's files and the CLI. */
export function translator(language: string): Translate {
  const bundle: Readonly<Record<string, string>> = language.startsWith('ja') ? japanese : {};
  return (english, args) => fill(bundle[english] ?? english, args);
}

/** Puts arguments into the `{named}` places of a template. Places without an argument stay as they are. */
export function fill(template: string, args: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(args[name] ?? place));
}
