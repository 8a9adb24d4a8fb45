import { RefoleyError } from '#core/errors.ts';
import type { Library } from '../context.ts';

/** CLAP text embedding of a prompt, unit length. */
export async function embedPrompt({ analyser }: Library, prompt: string): Promise<Float32Array> {
  const [embedding] = await analyser.embedTexts([prompt]);
  if (!embedding) throw new RefoleyError('internal', 'the prompt has no embedding: report it as a fault');
  return embedding;
}
