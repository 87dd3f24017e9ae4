export { defaultCacheDirectory, type EnvironmentVariables } from './hub-environment.ts';
export type { Fetch } from './hub-fetch.ts';
export { parseModelReference, type ModelReference } from './model-reference.ts';
export { resolveModel, type ResolvedModel, type ResolveModelOptions } from './resolve-model.ts';
export { selectModelFiles, type ModelFiles } from './select-files.ts';
