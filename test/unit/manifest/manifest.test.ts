import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../../package.json';
import english from '../../../package.nls.json';
import japanese from '../../../package.nls.ja.json';
import {
  COMMANDS,
  CONTEXT_KEYS,
  FILE_ENDINGS,
  SETTINGS,
  SETTINGS_SECTION,
  UNIMPORTED_SCHEME,
  VIEWS,
} from '../../../src/contributions';
import { ENCODINGS } from '../../../src/core/files/row';
import { DEFAULT_SETTLE_SECONDS } from '../../../src/core/jobs/job';
import { parseProfiles, PROFILES_PATH } from '../../../src/core/mapping/profile';
import { INTERRUPTED_WAYS } from '../../../src/editor/interruptedPlan';
import { placeholders } from './sourceTexts';

interface ProfileSchema {
  readonly definitions: {
    readonly profile: { readonly properties: Readonly<Record<string, { readonly pattern?: string }>> };
  };
}

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}

const { contributes } = manifest;
const menus = contributes.menus as Readonly<Record<string, readonly MenuItem[]>>;
const commandIds = contributes.commands.map((command) => command.command);
const manifestText = readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8');

describe('the manifest', () => {
  it('contributes exactly the commands that have a handler', () => {
    assert.deepEqual([...commandIds].sort(), Object.values(COMMANDS).sort());
  });

  it('puts every command into the one category, with a title and an icon', () => {
    for (const command of contributes.commands) {
      assert.equal(command.category, '%category%', command.command);
      assert.match(command.icon, /^\$\([a-z-]+\)$/, command.command);
      assert.match(command.title, /^%command\.\w+\.title%$/, command.command);
    }
  });

  it('names only commands of its own in menus', () => {
    for (const item of Object.values(menus).flat())
      assert.ok(commandIds.includes(item.command), item.command);
  });

  it('repeats each inline action with its text', () => {
    const items = menus['view/item/context'] ?? [];
    const inline = items.filter((item) => item.group.startsWith('inline'));
    const withText = items.filter((item) => !item.group.startsWith('inline'));
    for (const item of inline)
      assert.ok(
        withText.some((other) => other.command === item.command),
        item.command,
      );
  });

  it('offers the import for the files that can be imported, and no folder', () => {
    const [item] = menus['explorer/context'] ?? [];
    const pattern = /=~ \/(.+)\/i && /.exec(item?.when ?? '')?.[1] ?? '';
    for (const ending of FILE_ENDINGS) {
      assert.match(`.${ending}`, new RegExp(pattern, 'i'));
      assert.match(`.${ending.toUpperCase()}`, new RegExp(pattern, 'i'));
    }
    for (const other of ['.md', '.csvx', '.xls', '']) assert.doesNotMatch(other, new RegExp(pattern, 'i'));
    assert.match(item?.when ?? '', /!explorerResourceIsFolder/);
  });

  it('knows the views, context keys and settings of the code', () => {
    const views = contributes.views.importedFiles.map((view) => view.id);
    assert.deepEqual(views, [VIEWS.jobs, VIEWS.connections]);
    const used = [...manifestText.matchAll(/importedFiles\.(has\w+|sandboxRunning)/g)].map(
      (match) => match[0],
    );
    for (const key of used) assert.ok(Object.values<string>(CONTEXT_KEYS).includes(key), key);
    assert.deepEqual(
      Object.keys(contributes.configuration.properties).sort(),
      Object.values(SETTINGS)
        .map((name) => `${SETTINGS_SECTION}.${name}`)
        .sort(),
    );
    assert.deepEqual(contributes.configuration.properties['importedFiles.csv.encoding'].enum, [
      'auto',
      ...ENCODINGS,
    ]);
  });

  it('lets no workspace choose an endpoint', () => {
    const connections = contributes.configuration.properties['importedFiles.connections'];
    assert.equal(connections.scope, 'machine');
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, [
      'importedFiles.connections',
    ]);
    assert.ok(!('password' in connections.items.properties) && !('token' in connections.items.properties));
  });

  it('lets no workspace choose what is promised, or what goes on by itself', () => {
    const { properties } = contributes.configuration;
    for (const name of ['interruptedImports', 'ledgerApp', 'lanes', 'settleSeconds'] as const)
      assert.equal(properties[`importedFiles.${name}`].scope, 'machine', name);
    assert.deepEqual(properties['importedFiles.interruptedImports'].enum, [...INTERRUPTED_WAYS]);
    assert.equal(properties['importedFiles.settleSeconds'].default, DEFAULT_SETTLE_SECONDS);
  });

  it('describes the file of profiles as it is read', () => {
    const [validation] = contributes.jsonValidation;
    assert.ok(validation?.fileMatch.endsWith(PROFILES_PATH));
    const file = readFileSync(join(import.meta.dirname, '../../..', validation?.url ?? ''), 'utf8');
    const profile = (JSON.parse(file) as ProfileSchema).definitions.profile;
    const values: Readonly<Record<string, unknown>> = {
      name: 'x',
      columns: {},
      ignore: [],
      constants: {},
      mode: 'addOrUpdate',
      key: 'x',
      blankKeys: 'skip',
      timeZone: 'UTC',
      attachmentsFolder: '.',
    };
    assert.deepEqual(Object.keys(profile.properties), Object.keys(values));
    assert.equal(parseProfiles(JSON.stringify({ version: 1, profiles: [values] })).length, 1);
    const folder = new RegExp(profile.properties.attachmentsFolder?.pattern ?? '', 'u');
    for (const inside of ['.', 'a', 'a/b', '..a/.b', '写真']) assert.match(inside, folder);
    for (const outside of ['..', '../a', 'a/..', 'a/../b', '/a', 'C:/a', 'a\\b', 'a//b'])
      assert.doesNotMatch(outside, folder);
  });

  it('starts with every window, to look for imports to go on with, and for its documents and panel', () => {
    assert.deepEqual(manifest.activationEvents, [
      'onStartupFinished',
      `onFileSystem:${UNIMPORTED_SCHEME}`,
      `onWebviewPanel:${VIEWS.panel}`,
    ]);
  });

  it('has every text in English and Japanese, and none too many', () => {
    const used = new Set([...manifestText.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]));
    assert.deepEqual(new Set(Object.keys(english)), used);
    assert.deepEqual(new Set(Object.keys(japanese)), used);
  });

  it('keeps links and placeholders in Japanese', () => {
    const ja: Readonly<Record<string, string>> = japanese;
    for (const [key, text] of Object.entries(english)) {
      assert.deepEqual(links(ja[key] ?? ''), links(text), key);
      assert.deepEqual(placeholders(ja[key] ?? ''), placeholders(text), key);
    }
  });

  it('has the pictures it names', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map((container) => container.icon),
      ...contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps.map((step) => step.media.svg)),
    ];
    for (const file of files) readFileSync(join(import.meta.dirname, '../../..', file));
  });

  it('has each of its packages explained in the README', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const named = (name: string) => readme.includes(`\`${name.startsWith('@types/') ? '@types/…' : name}\``);
    assert.deepEqual(
      Object.keys(manifest.devDependencies).filter((name) => !named(name)),
      [],
    );
  });

  it('has its settings in the README, each with its default', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    for (const [name, { default: value }] of Object.entries(contributes.configuration.properties)) {
      const row = new RegExp(`^\\| \`${name}\` .*\\| (\\S+) +\\|$`, 'm').exec(readme);
      assert.equal(
        row?.[1]?.replaceAll('`', ''),
        Array.isArray(value) || value === '' ? '–' : String(value),
        name,
      );
    }
  });

  it('leads its links to commands that exist', () => {
    for (const text of Object.values(english)) {
      for (const link of links(text)) assert.ok(commandIds.includes(link.replace('command:', '')), link);
    }
  });
});

function links(text: string): string[] {
  return [...text.matchAll(/\]\((command:[\w.]+)\)/g)].map((match) => match[1] ?? '');
}
