import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** Lints a text with the project's own configuration, as if it were the file, and keeps what the layer rule says. */
async function complaints(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: file });
  return results
    .flatMap((result) => result.messages)
    .filter((message) => message.ruleId === 'refoley/layers' || message.fatal === true)
    .map((message) => `${message.severity === 2 ? 'error' : 'warning'}: ${message.message}`);
}

describe('the layer rule', () => {
  let eslint: ESLint;
  beforeAll(() => {
    // Rules that need type information want files that exist; the layer rule does not.
    eslint = new ESLint({
      overrideConfig: { languageOptions: { parserOptions: { project: null } } },
      ruleFilter: ({ ruleId }) => ruleId === 'refoley/layers',
    });
  });

  it.each([
    ['src/core/dsp/fft.ts', "import fs from 'node:fs';", 'src/core is pure: no Node modules'],
    ['src/core/dsp/fft.ts', "import fs from 'fs';", 'src/core is pure: no Node modules'],
    ['src/core/dsp/fft.ts', "export * from '#engine/app.ts';", 'src/core must not import engine'],
    ['src/core/dsp/fft.ts', "import '../../engine/app.ts';", 'a relative import must stay within src/core'],
    [
      'src/core/dsp/fft.ts',
      "const ort = await import('onnxruntime-node');",
      'must not import the package onnxruntime-node',
    ],
    [
      'src/core/dsp/fft.ts',
      "export { Tokenizer } from '@huggingface/tokenizers';",
      'must not import the package',
    ],
    ['src/core/dsp/fft.test.ts', "import { app } from '#engine/app.ts';", 'src/core must not import engine'],
    ['src/shared/wire.ts', "import type { App } from '#engine/app.ts';", 'src/shared must not import engine'],
    ['src/engine/app.ts', "import { main } from '#cli/main.ts';", 'src/engine must not import cli'],
    [
      'src/engine/index/flat.ts',
      "import '../../cli/main.ts';",
      'a relative import must stay within src/engine',
    ],
  ])('%s: %s', async (file, code, reason) => {
    expect(await complaints(eslint, file, code)).toEqual([expect.stringContaining(reason)]);
    expect((await complaints(eslint, file, code))[0]).toMatch(/^error/);
  });

  it.each([
    ['src/core/dsp/fft.ts', "import { RefoleyError } from '#core/errors.ts';"],
    ['src/core/dsp/fft.ts', "import { RefoleyError } from '../errors.ts';"],
    ['src/core/pack/manifest.ts', "import { z } from 'zod';"],
    ['src/core/text/tokenizer.ts', "import { Tokenizer } from '@huggingface/tokenizers';"],
    ['src/core/dsp/fft.test.ts', "import fs from 'node:fs';"],
    [
      'src/engine/app.ts',
      "import fs from 'node:fs';\nimport Database from 'better-sqlite3';\nimport '#core/errors.ts';",
    ],
    ['src/cli/main.ts', "import '#engine/app.ts';\nimport '#core/errors.ts';"],
  ])('lets %s have: %s', async (file, code) => {
    expect(await complaints(eslint, file, code)).toEqual([]);
  });
});
