// Bundles the extension into dist/: node esbuild.mjs [--production] [--watch] [--quiet]
//
// A production build is minified, has no source maps and carries the notices of the packages in it.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';

const root = import.meta.dirname;
const dist = path.join(root, 'dist');
const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const quiet = process.argv.includes('--quiet');

/** Packages that take long to load: bundles of their own, read when first used. */
const APART = ['undici', 'exceljs'];

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: !production,
  metafile: true,
  logLevel: 'silent', // told by the reporter below, once for both
  outdir: 'dist',
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  entryPoints: {
    extension: 'src/extension.ts',
    main: 'src/editor/main.ts',
    worker: 'src/core/engine/worker.ts',
    sandbox: 'src/sandbox/main.ts',
    ...Object.fromEntries(APART.map((name) => [name, `apart:${name}`])),
  },
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  external: ['vscode'],
  // `import('undici')` becomes a require: one way of loading, whatever the host does with import().
  supported: { 'dynamic-import': false },
  plugins: [apart()],
};

/** @type {esbuild.BuildOptions} */
const program = { ...node, entryPoints: { cli: 'src/core/cli.ts' }, banner: { js: '#!/usr/bin/env node' } };

/** @type {esbuild.BuildOptions} */
const browser = {
  ...common,
  entryPoints: [
    { in: 'webview/main.ts', out: 'webview' },
    { in: 'webview/main.css', out: 'webview' },
  ],
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
};

const BUNDLES = [node, program, browser];

if (watch) {
  for (const options of BUNDLES) {
    const context = await esbuild.context({
      ...options,
      plugins: [...(options.plugins ?? []), problemMatcher()],
    });
    await context.watch();
  }
} else {
  await build();
}

async function build() {
  const start = Date.now();
  const results = await Promise.allSettled(BUNDLES.map((options) => esbuild.build(options)));
  for (const result of results) {
    if (result.status === 'rejected') tell(result.reason.errors ?? [], result.reason.warnings ?? []);
    else tell([], result.value.warnings);
  }
  if (results.some(({ status }) => status === 'rejected')) process.exit(1);
  const metafiles = results.map(({ value }) => value.metafile);
  if (production) {
    removeSourceMaps();
    writeFileSync(path.join(dist, 'THIRD-PARTY-NOTICES.txt'), notices(metafiles));
  }
  if (!quiet) printSizes(metafiles, Date.now() - start);
}

/**
 * Keeps the heavy packages and the extension behind its entry apart: asked for by our own code, they become requires of
 * a neighbour file; that of a package re-exports it.
 *
 * @returns {esbuild.Plugin}
 */
function apart() {
  const filter = new RegExp(`^(${APART.join('|')})$`);
  return {
    name: 'apart',
    setup(build) {
      build.onResolve({ filter }, ({ path: name, importer, namespace }) => {
        const own = namespace === 'file' && !importer.includes(`${path.sep}node_modules${path.sep}`);
        return own ? { path: `./${name}.js`, external: true } : undefined;
      });
      // Every window loads the entry; the rest stays on the disk until it is used.
      build.onResolve({ filter: /^\.\/editor\/main$/ }, ({ importer }) =>
        importer.endsWith(path.join('src', 'extension.ts'))
          ? { path: './main.js', external: true }
          : undefined,
      );
      build.onResolve({ filter: /^apart:/ }, ({ path: name }) => ({
        path: name.slice('apart:'.length),
        namespace: 'apart',
      }));
      build.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path: name }) => ({
        contents: `module.exports = require('${name}');`,
        resolveDir: root,
      }));
    },
  };
}

/**
 * Marks the begin and the end of a build, as VS Code's watch tasks expect it.
 *
 * @returns {esbuild.Plugin}
 */
function problemMatcher() {
  return {
    name: 'problem-matcher',
    setup(build) {
      build.onStart(() => console.log('[watch] build started'));
      build.onEnd(({ errors, warnings }) => {
        tell(errors, warnings);
        console.log('[watch] build finished');
      });
    },
  };
}

/**
 * @param {esbuild.Message[]} errors
 * @param {esbuild.Message[]} warnings
 */
function tell(errors, warnings) {
  const color = process.stderr.isTTY;
  for (const [kind, messages] of Object.entries({ error: errors, warning: warnings })) {
    for (const text of esbuild.formatMessagesSync(messages, { kind, color })) console.error(text.trimEnd());
  }
}

function removeSourceMaps() {
  for (const name of readdirSync(dist).filter((one) => one.endsWith('.map'))) rmSync(path.join(dist, name));
}

/**
 * The licence texts of all packages whose code is in the bundles.
 *
 * @param {esbuild.Metafile[]} metafiles
 * @returns {string}
 */
function notices(metafiles) {
  const folders = new Set(
    metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
      .filter((folder) => folder !== undefined),
  );
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(path.join(root, folder)).find((one) => /^licen[cs]e(\.|-mit|$)/i.test(one));
    const text = file ? readFileSync(path.join(root, folder, file), 'utf8').trim() : '';
    return `${name} ${version} (${typeof license === 'string' ? license : 'see its page'})\n\n${text}\n`;
  });
  return packages.sort().join(`\n${'-'.repeat(72)}\n\n`);
}

/**
 * @param {esbuild.Metafile[]} metafiles
 * @param {number} ms
 */
function printSizes(metafiles, ms) {
  for (const [file, { bytes }] of metafiles.flatMap(({ outputs }) => Object.entries(outputs))) {
    if (!file.endsWith('.map')) console.log(`${file.padEnd(20)} ${(bytes / 1024).toFixed(1).padStart(8)} KB`);
  }
  console.log(`built in ${(ms / 1000).toFixed(1)} s`);
}
