import {
  PolyheadError,
  type HeadExamples,
  type MultiLabelTargets,
  type RegressionTargets,
  type SingleLabelTargets,
} from '@polyhead/types';

/** Examples of a classification task. */
export type ClassificationExamples = HeadExamples & { readonly targets: SingleLabelTargets | MultiLabelTargets };

/** Examples with one label each. */
export type SingleLabelExamples = HeadExamples & { readonly targets: SingleLabelTargets };

/** Examples with any number of labels each. */
export type MultiLabelExamples = HeadExamples & { readonly targets: MultiLabelTargets };

/** Examples with a number each. */
export type RegressionExamples = HeadExamples & { readonly targets: RegressionTargets };

/** True if every example has exactly one label. */
export function isSingleLabel(examples: HeadExamples): examples is SingleLabelExamples {
  return examples.targets.task === 'single-label';
}

/** @throws {PolyheadError} TASK_UNSUPPORTED unless every example has any number of labels */
export function assertMultiLabel(examples: HeadExamples): asserts examples is MultiLabelExamples {
  if (examples.targets.task === 'multi-label') return;
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: `A chain of labels cannot be fitted for the task "${examples.targets.task}".`,
    remedy: 'Use "logistic-regression".',
  });
}

/** True if the targets are numbers. */
export function isRegression(examples: HeadExamples): examples is RegressionExamples {
  return examples.targets.task === 'regression';
}

/** @throws {PolyheadError} TASK_UNSUPPORTED if the targets are numbers */
export function assertClassification(examples: HeadExamples): asserts examples is ClassificationExamples {
  if (examples.targets.task !== 'regression') return;
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: 'A classifier cannot be fitted on numbers.',
    remedy: 'Use a head for regression, such as "ridge".',
  });
}
