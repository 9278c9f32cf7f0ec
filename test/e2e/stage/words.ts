import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../support/program';

export type Locale = 'en' | 'ja';

/** What the extension says in one language, so that a scenario finds its buttons in any. */
export class Words {
  readonly locale: Locale;
  readonly #manifest: Readonly<Record<string, string>>;
  readonly #bundle: Readonly<Record<string, string>>;

  constructor(locale: Locale) {
    this.locale = locale;
    this.#manifest = read(locale === 'en' ? 'package.nls.json' : 'package.nls.ja.json');
    this.#bundle = locale === 'en' ? {} : read('l10n/bundle.l10n.ja.json');
  }

  /** A text of the code, given in English. */
  text(english: string, args: Readonly<Record<string, string>> = {}): string {
    const template = this.#bundle[english] ?? english;
    return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => args[name] ?? place);
  }

  /** The same as a pattern that matches whatever stands in its places. */
  pattern(english: string): RegExp {
    const template = this.#bundle[english] ?? english;
    const parts = template.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(parts.join('.+'));
  }

  /** A text of the manifest, by its key. */
  manifest(key: string): string {
    const text = this.#manifest[key];
    if (text === undefined) throw new Error(`package.nls has no ${key}`);
    return text;
  }

  /** A command as the palette lists it. */
  command(name: string): string {
    return `${this.manifest('category')}: ${this.manifest(`command.${name}.title`)}`;
  }
}

function read(file: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, string>;
}
