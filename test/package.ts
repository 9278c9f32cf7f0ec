/**
 * Packages the extension: `node --import tsx test/package.ts` writes `imported-files-<version>.vsix`, prints its
 * size and files, and refuses a package that is too large or holds what does not belong in it.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { ROOT } from './support/program';

/** The largest package, bytes. */
const LARGEST = 5 * 1024 * 1024;

/** Nothing of these ships. */
const UNWANTED = /\.map$|\.tsx?$|^extension\/(src|test|webview|node_modules|out|\.ci)\//;

/** Without these the extension can't work. */
const NEEDED = [
  'package.json',
  'package.nls.json',
  'package.nls.ja.json',
  'readme.md', // as vsce calls it
  'LICENSE.txt',
  'l10n/bundle.l10n.ja.json',
  ...['extension', 'main', 'worker', 'cli', 'sandbox', 'undici', 'exceljs', 'webview'].map(
    (name) => `dist/${name}.js`,
  ),
  'dist/webview.css',
];

interface PackagedFile {
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
}

/**
 * Builds for production and packages.
 *
 * @param folder where the .vsix goes
 * @returns its path
 * @throws when the build or vsce fails, with what they said
 */
export async function packageExtension(folder = path.join(ROOT, 'out')): Promise<string> {
  const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const vsix = path.join(folder, `${name}-${version}.vsix`);
  mkdirSync(folder, { recursive: true });
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
  await promisify(execFile)(process.execPath, [vsce, 'package', ...options, '--out', vsix], { cwd: ROOT });
  return vsix;
}

/** What is wrong with a package, one line each; empty when it may ship. */
export function faults(vsix: string): string[] {
  const names = packagedFiles(vsix).map(({ name }) => name);
  const size = statSync(vsix).size;
  return [
    ...names.filter((name) => UNWANTED.test(name)).map((name) => `does not belong in the package: ${name}`),
    ...NEEDED.filter((name) => !names.includes(`extension/${name}`)).map((name) => `missing: ${name}`),
    ...(size > LARGEST ? [`too large: ${inKilobytes(size)}, at most ${inKilobytes(LARGEST)}`] : []),
  ];
}

function packagedFiles(vsix: string): PackagedFile[] {
  const files: PackagedFile[] = [];
  unzipSync(readFileSync(vsix), {
    filter: ({ name, originalSize }) => {
      files.push({ name, size: originalSize });
      return false; // the names are enough
    },
  });
  return files;
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

async function main(): Promise<void> {
  const vsix = await packageExtension(ROOT);
  const files = packagedFiles(vsix);
  for (const { name, size } of files) console.log(`${inKilobytes(size).padStart(12)}  ${name}`);
  console.log(`${path.basename(vsix)}: ${inKilobytes(statSync(vsix).size)}, ${files.length} files`);
  const wrong = faults(vsix);
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
