import type {
  Metric,
  MetricInput,
  MultiLabelTargets,
  RegressionTargets,
  SingleLabelTargets,
  Task,
} from '@polyhead/types';
import { unsupportedTask, type InputOf } from './metric-inputs.ts';

/** How a metric is computed for each task that it supports. */
export interface MetricComputations {
  readonly singleLabel?: ((input: InputOf<SingleLabelTargets>) => number) | undefined;
  readonly multiLabel?: ((input: InputOf<MultiLabelTargets>) => number) | undefined;
  readonly regression?: ((input: InputOf<RegressionTargets>) => number) | undefined;
}

/** Makes a metric from one computation a task; asked about another task it throws TASK_UNSUPPORTED. */
export function createMetric(name: string, better: 'greater' | 'smaller', computations: MetricComputations): Metric {
  const supported: Readonly<Record<Task, unknown>> = {
    'single-label': computations.singleLabel,
    'multi-label': computations.multiLabel,
    regression: computations.regression,
  };
  const tasks = (['single-label', 'multi-label', 'regression'] as const).filter(
    (task) => supported[task] !== undefined,
  );
  return {
    name,
    tasks,
    greaterIsBetter: better === 'greater',
    compute: (input) => {
      const value = computeFor(input, computations);
      if (value === undefined) throw unsupportedTask(input.targets.task);
      return value;
    },
  };
}

function computeFor(input: MetricInput, computations: MetricComputations): number | undefined {
  const { targets } = input;
  switch (targets.task) {
    case 'single-label':
      return computations.singleLabel?.({ ...input, targets });
    case 'multi-label':
      return computations.multiLabel?.({ ...input, targets });
    case 'regression':
      return computations.regression?.({ ...input, targets });
  }
}
