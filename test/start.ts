/**
 * The extension in a VS Code to try by hand: `node --import tsx test/start.ts [--locale ja] [--theme light]`
 * prints the address to open, with a copy of `test/samples` as the folder, and runs until Ctrl+C. After
 * `node esbuild.mjs` (or with `npm run watch` beside it), "Developer: Reload Window" shows the new build.
 */
import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copySamples } from './support/hostSuite';
import { ROOT, runNode } from './support/program';
import { createScratch, THEMES } from './vscode/lib/scratch.mjs';
import { startServer, workbenchUrl } from './vscode/lib/server.mjs';

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { locale: { type: 'string', default: 'en' }, theme: { type: 'string', default: 'dark' } },
  });
  if ((await runNode(['esbuild.mjs', '--quiet'])) !== 0) throw new Error('the build failed');
  const scratch = createScratch({
    locale: values.locale === 'ja' ? 'ja' : 'en',
    settings: { 'workbench.colorTheme': themeOf(values.theme) },
  });
  linkExtension(scratch.extensions);
  const folder = path.join(scratch.root, 'samples');
  copySamples(folder);
  const server = await startServer(scratch);
  console.log(`VS Code with the extension: ${workbenchUrl(server, folder)}`);
  console.log('Ctrl+C ends it.');
  const end = (): void => {
    void server.stop().then(() => scratch.remove());
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const { code } = await server.exited;
  if (code) process.exitCode = code;
}

function themeOf(name: string): string {
  return Object.entries(THEMES).find(([key]) => key === name)?.[1] ?? THEMES.dark;
}

/** The repository itself is the installed extension, so that a new build needs a reload only. */
function linkExtension(extensions: string): void {
  const { publisher, name, version } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  ) as Record<string, string>;
  symlinkSync(ROOT, path.join(extensions, `${publisher ?? ''}.${name ?? ''}-${version ?? ''}`), 'dir');
}
