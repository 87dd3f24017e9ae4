import { softplus } from '@polyhead/numerics';
import { PolyheadError } from '@polyhead/types';
import type { EntailmentOutputs } from './entailment-labels.ts';

/** How the windows of a long text decide together. */
export type WindowPooling = (typeof windowPoolings)[number];

/** All ways in which windows can decide together. */
export const windowPoolings = ['max', 'mean', 'noisy-or'] as const;

/**
 * The pooling, if it is one.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertWindowPooling(pooling: WindowPooling): WindowPooling {
  if (windowPoolings.includes(pooling)) return pooling;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `There is no pooling over windows named "${pooling}".`,
    remedy: `Choose one of ${windowPoolings.join(', ')}.`,
  });
}

/** What a model says of one hypothesis. */
export interface HypothesisLogits {
  /** Logit of entailment, to be held against those of other labels. */
  readonly entailment: number;
  /** Logit of entailment minus logit of contradiction: its sigmoid is their softmax. */
  readonly logOdds: number;
}

/**
 * The logits of a hypothesis over the windows of a text, of which there is mostly one.
 * - `max`: the largest over the windows, so that one window is enough;
 * - `mean`: the mean over the windows;
 * - `noisy-or`: the probability that not all windows fail, 1 - prod(1 - p), as log-odds, which then also stand in for the
 *   logit of entailment.
 * @param rows `[windows, outputs]`, row-major, at least one
 */
export function poolWindowLogits(
  rows: Float32Array,
  columns: number,
  { outputs, pooling }: { readonly outputs: EntailmentOutputs; readonly pooling: WindowPooling },
): HypothesisLogits {
  const windows: HypothesisLogits[] = [];
  for (let start = 0; start < rows.length; start += columns) {
    const entailment = rows[start + outputs.entailment] ?? 0;
    windows.push({ entailment, logOdds: entailment - (rows[start + outputs.contradiction] ?? 0) });
  }
  const [only] = windows;
  if (only !== undefined && windows.length === 1) return only;
  switch (pooling) {
    case 'max':
      return {
        entailment: Math.max(...windows.map(({ entailment }) => entailment)),
        logOdds: Math.max(...windows.map(({ logOdds }) => logOdds)),
      };
    case 'mean':
      return averageLogits(windows);
    case 'noisy-or': {
      // log(1 - p) of a window is -softplus(log-odds).
      const failure = windows.reduce((sum, { logOdds }) => sum + softplus(logOdds), 0);
      const logOdds = failure > 30 ? failure : Math.log(Math.expm1(failure));
      return { entailment: logOdds, logOdds };
    }
  }
}

/** The mean over several hypotheses of one label. */
export function averageLogits(logits: readonly HypothesisLogits[]): HypothesisLogits {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    entailment: mean(logits.map(({ entailment }) => entailment)),
    logOdds: mean(logits.map(({ logOdds }) => logOdds)),
  };
}
