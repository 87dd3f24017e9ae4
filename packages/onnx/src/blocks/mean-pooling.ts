import type { GraphBuilder } from '../builder/graph-builder.ts';

/** `[batch, hidden]`: the states `[batch, sequence, hidden]`, weighted by `[batch, sequence]` and added up, as one matrix product a text. */
export function weightedSum(builder: GraphBuilder, states: string, weights: string): string {
  const rows = builder.operation('Unsqueeze', [weights, builder.integers([1])]);
  const sums = builder.operation('MatMul', [rows, states]);
  return builder.operation('Squeeze', [sums, builder.integers([1])]);
}

/** `[batch, 1]`: tokens of each text, at least a trace so that an empty row does not divide by zero. */
export function tokenCount(builder: GraphBuilder, mask: string): string {
  const count = builder.operation('ReduceSum', [mask, builder.integers([1])]);
  return builder.operation('Max', [count, builder.scalar(1e-9)]);
}

/** `[batch, hidden]`: the mean of the states of each text's tokens. @param mask float32 `[batch, sequence]`, 1 at tokens */
export function meanOfTokens(builder: GraphBuilder, states: string, mask: string): string {
  return builder.operation('Div', [weightedSum(builder, states, mask), tokenCount(builder, mask)]);
}
