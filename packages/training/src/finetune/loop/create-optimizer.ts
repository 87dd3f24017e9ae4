import { createAdamW, createSgd, type Optimizer } from '@polyhead/numerics';
import type { OptimizerSettings } from '@polyhead/types';
import type { OptimizationSettings } from '../settings.ts';

/** The optimizer that moves an objective's parameters, alike to the encoder's. */
export function createObjectiveOptimizer(
  { optimizer, momentum, weightDecay }: OptimizationSettings,
  decays: (parameter: string) => boolean,
): Optimizer {
  return optimizer === 'adamw' ? createAdamW({ weightDecay, decays }) : createSgd({ momentum, weightDecay, decays });
}

/** The optimizer that an encoder should be loaded with. */
export function toOptimizerSettings({
  optimizer,
  momentum,
  weightDecay,
}: Pick<OptimizationSettings, 'optimizer' | 'momentum' | 'weightDecay'>): OptimizerSettings {
  return optimizer === 'adamw'
    ? { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay }
    : { kind: 'sgd', momentum, weightDecay };
}
