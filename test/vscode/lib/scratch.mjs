import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Scratch the folders of one run
 * @property {string} root
 * @property {string} userData
 * @property {string} extensions
 * @property {string} config the server's configuration file
 * @property {string} log what the server says
 * @property {string} [locale] display language, when not English
 * @property {() => void} remove deletes all of it
 */

/** No update, no telemetry, no tips, no AI features: only what a test looks at. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'window.commandCenter': false,
  'window.autoDetectColorScheme': false,
  'git.openRepositoryInParentFolders': 'never',
  'remote.autoForwardPorts': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'security.workspace.trust.enabled': false,
};

/** Values of `workbench.colorTheme`. */
export const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
};

/**
 * Makes fresh folders for one run. Their names are short because the path of a Unix socket in them may have
 * 107 characters.
 *
 * @param {object} [options]
 * @param {Record<string, unknown>} [options.settings] user settings over the quiet ones
 * @param {'en' | 'ja'} [options.locale] display language
 * @param {string} [options.userDataFrom] a user data folder whose `User` folder is copied
 * @returns {Scratch}
 */
export function createScratch({ settings = {}, locale = 'en', userDataFrom } = {}) {
  const root = mkdtempSync(path.join(tmpdir(), 'vsc-'));
  const userData = path.join(root, 'u');
  const user = path.join(userData, 'User');
  /** @type {Scratch} */
  const scratch = {
    root,
    userData,
    extensions: path.join(root, 'x'),
    config: path.join(root, 'c.yaml'),
    log: path.join(root, 'server.log'),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
  mkdirSync(user, { recursive: true });
  mkdirSync(scratch.extensions, { recursive: true });
  writeFileSync(scratch.config, 'auth: none\n'); // else the server writes one into the home folder
  if (userDataFrom && existsSync(path.join(userDataFrom, 'User'))) {
    cpSync(path.join(userDataFrom, 'User'), user, { recursive: true });
  }
  const file = path.join(user, 'settings.json');
  if (!existsSync(file)) writeJson(file, { ...QUIET_SETTINGS, ...settings });
  if (locale !== 'en') addLanguagePack(scratch, locale);
  return scratch;
}

/**
 * Makes `locale` a display language of this run, by an empty language pack: extensions show their own
 * translations, VS Code's own words stay English.
 *
 * @param {Scratch} scratch
 * @param {'ja'} locale
 */
export function addLanguagePack(scratch, locale) {
  const name = `language-pack-${locale}`;
  const publisher = 'test';
  const version = '1.0.0';
  const label = { ja: '日本語' }[locale];
  const folder = path.join(scratch.extensions, `${publisher}.${name}-${version}`);
  const translations = path.join(folder, 'translations/main.i18n.json');
  mkdirSync(path.dirname(translations), { recursive: true });
  writeJson(path.join(folder, 'package.json'), {
    name,
    publisher,
    version,
    engines: { vscode: '^1.0.0' },
    contributes: {
      localizations: [
        {
          languageId: locale,
          languageName: label,
          localizedLanguageName: label,
          translations: [{ id: 'vscode', path: './translations/main.i18n.json' }],
        },
      ],
    },
  });
  writeJson(translations, { '': [], version, contents: {} });
  // What VS Code writes here for an installed pack: it reads it at the start, before it knows the extensions.
  writeJson(path.join(scratch.userData, 'languagepacks.json'), {
    [locale]: {
      hash: 'test',
      label,
      extensions: [{ extensionIdentifier: { id: `${publisher}.${name}` }, version }],
      translations: { vscode: translations },
    },
  });
  scratch.locale = locale;
}

/**
 * @param {string} file
 * @param {unknown} value
 */
function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
