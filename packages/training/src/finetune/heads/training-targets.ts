import type { RegressionTargets, Targets } from '@polyhead/types';

/** How the numbers of a head relate to what is trained on: `trained = (value - shift) / scale`. */
export interface TargetUnit {
  readonly scale: number;
  readonly shift: number;
}

/** Targets in the form that losses take. */
export interface TrainingTargets {
  /** `[targets, width]`, row-major: class indices, indicators or standardised values. */
  readonly values: Float32Array;
  readonly width: number;
  /** 1 if the loss takes class indices `[rows]`, 2 if it takes `[rows, width]`. */
  readonly rank: 1 | 2;
}

/** Numbers are trained on in standard deviations from their mean, so that one learning rate fits every unit. */
export function targetUnit(targets: Targets): TargetUnit {
  if (targets.task !== 'regression') return { scale: 1, shift: 0 };
  const { values } = targets;
  const shift = mean(values);
  const spread = Math.sqrt(mean(values.map((value) => (value - shift) ** 2)));
  return { shift, scale: spread === 0 ? 1 : spread };
}

function mean(values: RegressionTargets['values']): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** Targets as numbers for the loss. */
export function toTrainingTargets(targets: Targets, { scale, shift }: TargetUnit): TrainingTargets {
  switch (targets.task) {
    case 'single-label':
      return { values: Float32Array.from(targets.classIndices), width: 1, rank: 1 };
    case 'multi-label':
      return { values: Float32Array.from(targets.indicators), width: targets.labels.length, rank: 2 };
    case 'regression':
      return { values: Float32Array.from(targets.values, (value) => (value - shift) / scale), width: 1, rank: 2 };
  }
}
