/** What the same weights are called in files of other ages, by the names that the graphs have for them. */
const ALIASES: readonly (readonly [name: RegExp, other: string])[] = [
  // diffusers' attention in VAEs before 2023.
  [/\.to_q\./, '.query.'],
  [/\.to_k\./, '.key.'],
  [/\.to_v\./, '.value.'],
  [/\.to_out\.0\./, '.proj_attn.'],
  // Norms of weights as torch wrote them before 2.1.
  [/\.parametrizations\.weight\.original0$/, '.weight_g'],
  [/\.parametrizations\.weight\.original1$/, '.weight_v'],
  // T5's embedding, of which a file may have one of two names.
  [/^shared\./, 'encoder.embed_tokens.'],
  // GPT-2 saved with the head that predicts words.
  [/^(?=h\.|wpe\.|ln_f\.)/, 'transformer.'],
];

/** The tensor of a name, or of one that it goes by elsewhere. */
export function findTensor<Tensor>(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor | undefined {
  const names = [name, ...ALIASES.map(([pattern, other]) => name.replace(pattern, other))];
  return names.map((each) => tensors.get(each)).find((tensor) => tensor !== undefined);
}
