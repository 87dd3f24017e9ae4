import type { Classifier } from '../inference/classifier.ts';
import type { RequestLimits } from '../config.ts';

/** What every route is given. */
export interface RouteOptions {
  readonly classifier: Classifier;
  readonly limits: RequestLimits;
  /** What the model is called in replies. */
  readonly modelName: string;
}
