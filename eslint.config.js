import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { layersRule } from './scripts/lint/layers.mjs';

/** @type {import('eslint').Linter.RulesRecord} */
const UNSAFE_OFF = {
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
};

const STAND_IN_GLOBALS = Object.fromEntries(
  [
    // Node's
    ...['require', 'module', '__dirname', 'process', 'Buffer', 'setImmediate'],
    // the page's
    ...['window', 'document', 'CustomEvent', 'EventTarget', 'File', 'reportError'],
    // both
    ...['console', 'crypto', 'fetch', 'queueMicrotask', 'setTimeout', 'structuredClone'],
    ...[
      'Headers',
      'MessageChannel',
      'ReadableStream',
      'Request',
      'Response',
      'TextEncoder',
      'URL',
      'URLSearchParams',
    ],
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  globalIgnores(['node_modules/', 'out/', 'dist/', 'test-results/', 'coverage/', 'training/', 'resources/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        project: ['src/*/tsconfig.json', 'tsconfig.test.json', 'tsconfig.e2e.json', 'tsconfig.tools.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    plugins: { refoley: { rules: { layers: layersRule } } },
    rules: {
      'refoley/layers': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/prefer-optional-chain': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // With noUncheckedIndexedAccess the inner loops over typed arrays need `!`: a check there costs and says nothing.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // What these print goes through the CLI, which knows --json.
    files: ['src/core/**', 'src/engine/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // tsc knows the globals of the scripts, and JSDoc casts, which these rules do not see.
    files: ['**/*.mjs', '**/*.js'],
    rules: { 'no-undef': 'off', ...UNSAFE_OFF },
  },
  {
    // Tests read goldens and other processes' JSON; their assertions are the check.
    files: ['**/*.test.ts', 'e2e/**'],
    rules: UNSAFE_OFF,
  },
  {
    // Loaded by `node -r` as they are, partly put into pages as text: outside of tsc, so their globals are named here.
    files: ['e2e/stand-in/**/*.{cjs,js}', 'bench/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { project: false }, globals: STAND_IN_GLOBALS },
    rules: {
      'no-undef': 'error',
      '@typescript-eslint/no-require-imports': 'off',
      // `extends GuardedEmitter('app')` is what they share; a method that does nothing is what Electron's does here.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'no-undef': 'off',
      // ESLint sees other components as `any`, and bindings as what they are declared with; svelte-check sees them right.
      ...UNSAFE_OFF,
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // `void value` in an effect says what it depends on.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Collections that live within one call need no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
      // Props and state are declared with `let` where they are bound or assigned; svelte-check sees the rest.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
    },
  },
);
