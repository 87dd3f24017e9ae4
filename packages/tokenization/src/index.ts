export { createTokenizer } from './create-tokenizer.ts';
export { loadTokenizer } from './load-tokenizer.ts';
export { planTokenBatches, type TokenBatchOptions } from './token-batches.ts';
export { planWindows, type WindowPlan } from './windows.ts';
