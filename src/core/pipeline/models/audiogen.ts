import { planBranches } from '../../diffusion/guidance.ts';
import type { AudiogenManifest } from '../../pack/checkpointManifest.ts';
import type { TextTokenizer } from '../../text/tokenizer.ts';
import type { GraphRunner } from '../parts.ts';
import type { TakeSettings } from '../settings.ts';
import { float32, int64, outputOf, rows } from '../tensors.ts';
import { generateTokens } from '../tokens/generateTokens.ts';
import { tokenSize } from './latentSize.ts';
import type { TokenModel } from './model.ts';
import { encodeWords, wordsOf } from './wordStates.ts';

/**
 * AudioGen (Kreuk et al., ICLR 2023; audiocraft's version over EnCodec), whose language model draws a sound token by token. It knows
 * no neighbours.
 *
 * | part | inputs | outputs |
 * | --- | --- | --- |
 * | textEncoder | input_ids, attention_mask int64 [B, L] | states [B, L, 1024] |
 * | decoder | codes int64 [B, 4, 1], text_states [B, L, 1024], text_mask float [B, L] (all 0: no text), past [T, 2 layers, B, heads, width] | logits [B, 4, vocabulary], present [1, 2 layers, B, heads, width] |
 * | codecDecoder | codes int64 [B, 4, frames] | waveform [B, samples] |
 */
export function createAudiogenModel(
  manifest: AudiogenManifest,
  tokenizer: TextTokenizer,
  run: GraphRunner,
): TokenModel {
  const { tokens, audio, conditioning } = manifest;
  const { codebooks, vocabulary, layers, heads, headWidth } = tokens;
  const { textTokens, textDimension } = conditioning;
  return {
    sampleRate: audio.sampleRate,

    async condition(settings) {
      const { prompt, negative, guidance, duration, seed } = settings;
      const sizes = { tokens: textTokens, dimension: textDimension };
      const words = await encodeWords(prompt, negative, 'textEncoder', sizes, tokenizer, run);
      const branches = branchesOf(settings);
      const batch = branches.length;
      const { text_states, text_mask } = wordsOf(branches, words);
      // Where nothing is to be kept away from, the other branch hears no words at all, as it was taught.
      const heard = branches.flatMap(({ text }) =>
        Array<boolean>(words.length).fill(text || negative !== ''),
      );
      const told = {
        text_states,
        text_mask: float32(
          text_mask.dims,
          Float32Array.from(text_mask.data, (kept, i) => (heard[i] ? Number(kept) : 0)),
        ),
      };
      const step = [2 * layers, batch, heads, headWidth];
      const { time: frames } = tokenSize(duration, manifest);

      return {
        warnings: words.truncated
          ? [`only the first ${textTokens} tokens of a text count: shorten the prompt`]
          : [],
        draw: (candidate, progress) =>
          generateTokens(
            { ...tokens, frames, guidance, seed, candidate },
            async (column, past, steps) => {
              const outputs = await run('decoder', {
                ...told,
                codes: int64(
                  [batch, codebooks, 1],
                  branches.flatMap(() => column),
                ),
                past: float32([steps, ...step], past),
              });
              const logits = outputOf(outputs, 'decoder', 'logits', [batch, codebooks, vocabulary]);
              return {
                logits: rows(logits, batch),
                present: outputOf(outputs, 'decoder', 'present', [1, ...step]),
              };
            },
            { progress },
          ),
      };
    },

    async decode(codes) {
      const frames = codes[0]?.length ?? 0;
      const outputs = await run('codecDecoder', { codes: int64([1, codebooks, frames], codes.flat()) });
      const waveform = outputOf(outputs, 'codecDecoder', 'waveform', [1, frames * tokens.samplesPerFrame]);
      return [waveform];
    },
  };
}

/** With words first, then without them. */
function branchesOf({ guidance }: Pick<TakeSettings, 'guidance'>) {
  return planBranches({ guidance, libraryGuidance: 0, hasNeighbours: false }).toReversed();
}
