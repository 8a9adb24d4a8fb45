// ESLint rule: which layer may import what. The table is the architecture; docs and tsconfigs follow it.
import { isBuiltin } from 'node:module';
import path from 'node:path';

/**
 * @typedef {object} Layer
 * @property {string[]} layers other layers it may import
 * @property {boolean} node whether it may import Node's built-in modules
 * @property {'any' | string[]} packages npm packages it may import
 */

/** @type {Record<string, Layer>} */
const LAYERS = {
  core: { layers: [], node: false, packages: ['zod', 'fast-xml-parser'] },
  shared: { layers: ['core'], node: false, packages: ['zod'] },
  engine: { layers: ['core', 'shared'], node: true, packages: 'any' },
  cli: { layers: ['engine', 'core', 'shared'], node: true, packages: 'any' },
  main: { layers: ['engine', 'core', 'shared'], node: true, packages: 'any' },
  preload: { layers: ['shared'], node: false, packages: ['electron'] },
  renderer: { layers: ['shared', 'core'], node: false, packages: 'any' },
};

/** Packages that one folder of a layer may import beyond the layer's own. @type {Record<string, string[]>} */
const FOLDER_PACKAGES = {
  'core/text': ['@huggingface/tokenizers'],
  'core/checkpoint': ['@bufbuild/protobuf'],
  'core/dsp': ['@alexanderolsen/libsamplerate-js'],
  'core/evaluation': ['ml-matrix'],
  'core/retrieval': ['ml-matrix'],
};

/**
 * Why a file must not import something, or undefined when it may.
 * Tests may import any package and built-in module, but keep to their layers.
 * @param {string} file path from src/, with forward slashes
 * @param {string} source the import specifier
 */
function forbidden(file, source) {
  const name = file.split('/')[0] ?? '';
  const layer = LAYERS[name];
  if (layer === undefined) return undefined;
  const isTest = file.endsWith('.test.ts');

  if (source.startsWith('.')) {
    const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), source));
    if (target.split('/')[0] === name) return undefined;
    return `a relative import must stay within src/${name}: use #layer/path.ts for another layer`;
  }
  if (source.startsWith('#')) {
    const target = source.slice(1).split('/')[0] ?? '';
    if (target === name || layer.layers.includes(target)) return undefined;
    return `src/${name} must not import ${target} (it may import: ${[name, ...layer.layers].join(', ')})`;
  }
  if (isTest) return undefined;
  if (isBuiltin(source)) return layer.node ? undefined : `src/${name} is pure: no Node modules`;
  if (layer.packages === 'any') return undefined;
  const packageName = source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/');
  const extra = Object.entries(FOLDER_PACKAGES).find(([folder]) => file.startsWith(`${folder}/`))?.[1] ?? [];
  if (layer.packages.includes(packageName) || extra.includes(packageName)) return undefined;
  return `src/${name} must not import the package ${packageName}`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { forbidden: 'import "{{source}}": {{reason}}' } },
  create(context) {
    const file = path.relative(path.join(context.cwd, 'src'), context.filename).split(path.sep).join('/');
    /** @param {import('estree').Node | null | undefined} node */
    const check = (node) => {
      if (node?.type !== 'Literal' || typeof node.value !== 'string') return;
      const reason = forbidden(file, node.value);
      if (reason !== undefined)
        context.report({ node, messageId: 'forbidden', data: { source: node.value, reason } });
    };
    return {
      ImportDeclaration: (node) => {
        check(node.source);
      },
      ImportExpression: (node) => {
        check(node.source);
      },
      ExportAllDeclaration: (node) => {
        check(node.source);
      },
      ExportNamedDeclaration: (node) => {
        check(node.source);
      },
    };
  },
};
