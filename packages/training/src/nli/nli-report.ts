import type { TrainingRecord } from '@polyhead/model';
import type { NliSourceCounts } from './load-nli-data.ts';
import type { NliEvaluations } from './judge-nli.ts';

/** Everything that came of a training of natural language inference, as plain JSON. */
export interface NliReport {
  readonly labels: readonly string[];
  /** Training pairs by source. */
  readonly sources: Readonly<Record<string, NliSourceCounts>>;
  /** Figures of the saved model. */
  readonly validation: NliEvaluations;
  readonly test: NliEvaluations;
  readonly seconds: Readonly<Record<string, number>>;
  readonly training: TrainingRecord;
}
