/** What the name of a linear weight ends in. */
const weightEnding = '.weight';

/** The two matrices that adapt a linear weight. */
export interface LowRankAdapter {
  /** The weight `[outputs, inputs]`, such as `encoder.layer.0.attention.self.query.weight`. */
  readonly weight: string;
  /** `[rank, inputs]`: `encoder.layer.0.attention.self.query.lora_A.weight`. */
  readonly down: string;
  /** `[outputs, rank]`: `encoder.layer.0.attention.self.query.lora_B.weight`. */
  readonly up: string;
}

/** The adapter of a weight, under the names that the PEFT library gives; undefined if the name does not end in `.weight`. */
export function adapterOf(weight: string): LowRankAdapter | undefined {
  if (!weight.endsWith(weightEnding)) return undefined;
  const module = weight.slice(0, -weightEnding.length);
  return { weight, down: `${module}.lora_A.weight`, up: `${module}.lora_B.weight` };
}

/** The adapter that a tensor is a part of, by its name; undefined if it is none. */
export function adapterOfPart(part: string): LowRankAdapter | undefined {
  const [, module] = /^(.+)\.lora_[AB]\.weight$/.exec(part) ?? [];
  return module === undefined ? undefined : adapterOf(module + weightEnding);
}
