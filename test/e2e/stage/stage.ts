import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { packageExtension } from '../../package';
import { ROOT } from '../../support/program';
import { installExtension, startServer } from '../../vscode/lib/server.mjs';
import { createScratch } from '../../vscode/lib/scratch.mjs';
import { openWorkbench } from '../../vscode/lib/workbench.mjs';
import type { Workbench } from '../../vscode/lib/workbench.mjs';
import { SandboxProcess } from './sandbox';
import { Words } from './words';
import type { Locale } from './words';

/** A real VS Code with the packaged extension, a folder of files, and a sandbox to import into. */
export interface Stage {
  readonly words: Words;
  readonly workbench: Workbench;
  readonly sandbox: SandboxProcess;
  /** The folder that is open. */
  readonly folder: string;
  /** Where the extension keeps its jobs and everything else. */
  readonly userData: string;
  /** What the extension host has logged so far. */
  hostLog(): string;
  /** Whether the extension has been loaded as a whole: it opens its log then. */
  isAwake(): boolean;
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Files of the workspace: ours, and a real one of `vega-datasets`. */
const FILES = [
  'test/samples/customers.csv',
  'test/samples/customers.xlsx',
  'test/samples/products.csv',
  'node_modules/vega-datasets/data/zipcodes.csv',
];

/** Typing into the editor must change what is typed and nothing else. */
const PLAIN_TYPING = {
  'editor.autoClosingQuotes': 'never',
  'editor.autoClosingBrackets': 'never',
  'editor.autoSurround': 'never',
  'editor.autoIndent': 'none',
  'editor.wordBasedSuggestions': 'off',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.minimap.enabled': false,
  // A tooltip that opens under the mouse would cover the row that is clicked next.
  'workbench.hover.delay': 60_000,
  // Japanese samples are full of characters that look like others.
  'editor.unicodeHighlight.ambiguousCharacters': false,
};

let vsix: Promise<string> | undefined;

export async function openStage(options: { locale: Locale; pictures: string }): Promise<Stage> {
  vsix ??= packageExtension();
  const scratch = createScratch({ locale: options.locale, settings: PLAIN_TYPING });
  const folder = path.join(scratch.root, 'files');
  mkdirSync(folder);
  for (const file of FILES) copyFileSync(path.join(ROOT, file), path.join(folder, path.basename(file)));
  mkdirSync(options.pictures, { recursive: true });
  await installExtension(scratch, await vsix);
  const [sandbox, server] = await Promise.all([SandboxProcess.start(), startServer(scratch)]);
  const endAll = async () => {
    await server.stop();
    await sandbox.stop();
    scratch.remove();
  };
  try {
    const workbench = await openWorkbench(server, folder, { viewport: { width: 1400, height: 1050 } });
    return {
      words: new Words(options.locale),
      workbench,
      sandbox,
      folder,
      userData: scratch.userData,
      hostLog: () => logsOf(scratch.userData, HOST_LOG).map(readText).join('\n'),
      isAwake: () => logsOf(scratch.userData, OWN_LOG).length > 0,
      picture: async (name) => {
        const file = path.join(options.pictures, `${name}.png`);
        rmSync(file, { force: true });
        await workbench.screenshot(file);
      },
      close: async () => {
        await workbench.close();
        await endAll();
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

const HOST_LOG = 'remoteexthost.log';
const OWN_LOG = 'Imported Files.log';

function logsOf(userData: string, name: string): string[] {
  const logs = path.join(userData, 'logs');
  if (!existsSync(logs)) return [];
  return readdirSync(logs, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === name)
    .map((file) => path.join(logs, file));
}

function readText(file: string): string {
  return readFileSync(file, 'utf8');
}
