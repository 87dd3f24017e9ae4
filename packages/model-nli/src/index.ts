import { fileURLToPath } from 'node:url';

/** Absolute path of the folder with the model: config.json, model.safetensors (float16) and the tokenizer. */
export const modelDirectory: string = fileURLToPath(new URL('../files', import.meta.url));

/** Name that model references use. */
export const modelName = 'polyhead-nli';

/** The model's outputs, in their order. */
export const labels: readonly string[] = ['entailment', 'not_entailment'];

/** Longest pair in tokens, special tokens included, that the model was trained on. */
export const maximumLength = 96;
