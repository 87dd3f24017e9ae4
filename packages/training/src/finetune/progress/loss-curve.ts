import { addToMeans, emptyMeans, toMeans, type RunningMeans } from './running-means.ts';

/** The means of some steps in a row. */
export interface CurvePoint {
  /** The last of these steps, counted from 1. */
  readonly step: number;
  /** `loss`, the losses of its parts, `learning_rate`, `gradient_norm`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** The loss over the steps of a training, in a bounded number of points. Plain JSON. */
export interface LossCurve {
  /** Steps of one point. */
  readonly every: number;
  readonly points: CurvePoint[];
  /** Steps since the last point. */
  open: RunningMeans;
}

const mostPoints = 400;

/** An empty curve for a training of so many steps. */
export function createLossCurve(totalSteps: number): LossCurve {
  return { every: Math.max(1, Math.ceil(totalSteps / mostPoints)), points: [], open: emptyMeans() };
}

/**
 * Adds a step, in place.
 * @param step counted from 1
 */
export function addToCurve(curve: LossCurve, step: number, figures: Readonly<Record<string, number>>): void {
  addToMeans(curve.open, figures);
  if (step % curve.every !== 0) return;
  curve.points.push({ step, figures: toMeans(curve.open) });
  curve.open = emptyMeans();
}
