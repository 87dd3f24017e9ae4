import { fileURLToPath } from 'node:url';

/** Absolute path of the folder with the model: config.json, model.safetensors (float16), tokenizer and pooling settings. */
export const modelDirectory: string = fileURLToPath(new URL('../files', import.meta.url));

/** Name that model references use. */
export const modelName = 'all-MiniLM-L6-v2';

/** Width of an embedding. */
export const dimension = 384;

/** Longest text in tokens, special tokens included, that the model was made for. */
export const maximumLength = 256;
