import js from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * Who may import whom (see "The house" in CONTRIBUTING.md). Rooms of `core` see each other only as types;
 * `engine` is the one that brings them together.
 */
const rooms = [
  zone('src/core', ['src/editor', 'src/sandbox', 'src/extension.ts', 'webview']),
  zone('src/core/files', ['src/core/mapping', 'src/core/endpoints', 'src/core/jobs', 'src/core/engine']),
  zone('src/core/mapping', ['src/core/endpoints', 'src/core/jobs', 'src/core/engine']),
  zone('src/core/endpoints', ['src/core/jobs', 'src/core/engine']),
  zone('src/core/jobs', ['src/core/endpoints', 'src/core/engine']),
  zone('src/sandbox', ['src/core', 'src/editor', 'src/extension.ts', 'webview']),
  zone('src/shared', ['src/core', 'src/editor', 'src/sandbox', 'src/extension.ts', 'webview']),
  zone('webview', ['src/core', 'src/editor', 'src/sandbox', 'src/extension.ts']),
];

/** Rooms that may be imported for their types alone. */
const typesOnly = [
  { from: ['src/core/mapping/**'], only: ['files'] },
  { from: ['src/core/endpoints/**'], only: ['files', 'mapping'] },
  { from: ['src/core/jobs/**'], only: ['files', 'mapping'] },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', '**/node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
      // Without these two the rule about circles reads no TypeScript file and finds nothing.
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: rooms.flat() }],
    },
  },
  ...typesOnly.map(({ from, only }) => ({
    files: from,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'vscode', message: 'Only src/editor and src/extension.ts know the editor.' }],
          patterns: only.map((room) => ({
            group: [`../${room}/*`, `../../${room}/*`],
            allowTypeImports: true,
            message: `Take types alone from core/${room}.`,
          })),
        },
      ],
    },
  })),
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    ignores: [
      'src/editor/**',
      'src/extension.ts',
      'src/core/mapping/**',
      'src/core/endpoints/**',
      'src/core/jobs/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/editor and src/extension.ts know the editor.' }] },
      ],
    },
  },
  {
    files: ['src/core/cli.ts', 'src/sandbox/main.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'URLSearchParams',
          'Buffer',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'require',
          'module',
          'exports',
          '__dirname',
          'fetch',
          'document',
          'getComputedStyle',
          'window',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  prettier,
);

function zone(target, from) {
  return from.map((one) => ({ target: `./${target}`, from: `./${one}` }));
}
