import { createParameterKernels } from '../kernels/parameter-kernels.ts';
import { fromStateArrays, toStateArrays } from './optimizer-state.ts';
import type { Optimizer } from './optimizer.ts';
import { momentOf, toParameterPairs } from './parameter-pairs.ts';

/** Settings of {@link createAdamW}; the defaults are PyTorch's. */
export interface AdamWOptions {
  /** @default 0.9 */
  readonly beta1?: number;
  /** @default 0.999 */
  readonly beta2?: number;
  /** @default 1e-8 */
  readonly epsilon?: number;
  /** Decoupled: multiplied by the learning rate and taken off the parameter itself. @default 0.01 */
  readonly weightDecay?: number;
  /** Which parameters are decayed. @default all */
  readonly decays?: (name: string) => boolean;
}

/** AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019) with PyTorch's semantics. */
export function createAdamW(options: AdamWOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, decays = () => true } = options;
  const step = { beta1, beta2, epsilon };
  const kernels = createParameterKernels();
  const first = new Map<string, Float32Array>();
  const second = new Map<string, Float32Array>();
  const steps = new Map<string, number>();
  return {
    step(parameters, gradients, learningRate) {
      for (const pair of toParameterPairs(parameters, gradients)) {
        const updates = (steps.get(pair.name) ?? 0) + 1;
        steps.set(pair.name, updates);
        kernels.adamW(
          {
            parameters: pair.parameter,
            gradients: pair.gradient,
            firstMoments: momentOf(first, pair),
            secondMoments: momentOf(second, pair),
          },
          { ...step, learningRate, weightDecay: decays(pair.name) ? weightDecay : 0, updates, gradientScale: 1 },
        );
      }
    },
    toState: () => ({ steps: Object.fromEntries(steps), arrays: toStateArrays({ first, second }) }),
    loadState: (state) => {
      fromStateArrays(state, steps, { first, second });
    },
  };
}
