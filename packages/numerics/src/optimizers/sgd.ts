import { createParameterKernels } from '../kernels/parameter-kernels.ts';
import { fromStateArrays, toStateArrays } from './optimizer-state.ts';
import type { Optimizer } from './optimizer.ts';
import { momentOf, toParameterPairs } from './parameter-pairs.ts';

/** Settings of {@link createSgd}. */
export interface SgdOptions {
  /** @default 0 */
  readonly momentum?: number;
  /** L2: added to the gradient, as in PyTorch. @default 0 */
  readonly weightDecay?: number;
  /** @default false */
  readonly nesterov?: boolean;
  /** Which parameters are decayed. @default all */
  readonly decays?: (name: string) => boolean;
}

/** Stochastic gradient descent with momentum, with PyTorch's semantics (no dampening). */
export function createSgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, weightDecay = 0, nesterov = false, decays = () => true } = options;
  const kernels = createParameterKernels();
  const buffers = new Map<string, Float32Array>();
  const steps = new Map<string, number>();
  return {
    step(parameters, gradients, learningRate) {
      for (const pair of toParameterPairs(parameters, gradients)) {
        const updates = (steps.get(pair.name) ?? 0) + 1;
        steps.set(pair.name, updates);
        kernels.sgd(
          {
            parameters: pair.parameter,
            gradients: pair.gradient,
            velocities: momentum === 0 ? undefined : momentOf(buffers, pair),
          },
          {
            ...{ learningRate, momentum, nesterov, gradientScale: 1, isFirst: updates === 1 },
            weightDecay: decays(pair.name) ? weightDecay : 0,
          },
        );
      }
    },
    toState: () => ({ steps: Object.fromEntries(steps), arrays: toStateArrays({ momentum: buffers }) }),
    loadState: (state) => {
      fromStateArrays(state, steps, { momentum: buffers });
    },
  };
}
