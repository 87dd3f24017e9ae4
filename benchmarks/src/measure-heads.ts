import type { FittedHead, HeadExamples, JsonObject, Matrix } from '@polyhead/types';
import { fitHead, scoresOf } from './fit-head.ts';
import type { Report } from './report.ts';
import { runRounds, type Contestant, type Timing } from './rounds.ts';
import type { Estimator, ScikitLearnPeer } from './scikit-learn-peer.ts';

/** A head type, and scikit-learn's estimator with the same objective. */
interface MeasuredType {
  readonly type: string;
  readonly peer?: { readonly estimator: Estimator; readonly settings?: JsonObject };
}

const measuredTypes: readonly MeasuredType[] = [
  { type: 'logistic-regression', peer: { estimator: 'LogisticRegression', settings: { max_iter: 1000 } } },
  { type: 'linear' },
  { type: 'linear-svm', peer: { estimator: 'LinearSVC' } },
  { type: 'ridge', peer: { estimator: 'RidgeClassifier' } },
];

/** What is fitted, and what judges it. */
export interface HeadMeasurement<Figures> {
  readonly train: HeadExamples;
  /** For heads that stop early. */
  readonly validation: HeadExamples;
  /** scikit-learn with the same training examples. */
  readonly peer: ScikitLearnPeer | undefined;
  /** Figures of the last fit, from its scores of named embeddings. */
  readonly evaluate: (score: (name: string, embeddings: Matrix) => Promise<Matrix>) => Promise<Figures>;
  readonly rounds: number;
  readonly report: Report;
}

/** The seconds of one contestant with its figures. */
export interface HeadResult<Figures> {
  readonly timing: Timing;
  readonly figures: Figures;
}

/** Fits every head type, taking turns with scikit-learn. */
export async function measureHeads<Figures>(measurement: HeadMeasurement<Figures>): Promise<HeadResult<Figures>[]> {
  const results: HeadResult<Figures>[] = [];
  for (const measured of measuredTypes) results.push(...(await measureType(measured, measurement)));
  return results;
}

async function measureType<Figures>(
  { type, peer: counterpart }: MeasuredType,
  { train, validation, peer, evaluate, rounds, report }: HeadMeasurement<Figures>,
): Promise<HeadResult<Figures>[]> {
  let head: FittedHead | undefined;
  const contestants: Contestant[] = [
    {
      name: type,
      async run() {
        const fit = await fitHead(type, train, validation);
        head = fit.head;
        return fit.seconds;
      },
    },
  ];
  if (peer && counterpart) {
    const { estimator, settings } = counterpart;
    contestants.push({ name: `scikit-learn, ${estimator}`, run: () => peer.fit(estimator, settings) });
  }
  const timings = await runRounds(contestants, {
    rounds,
    warmUps: 0,
    onRun: (name, seconds, round) => report.progress(`round ${round}: ${name} ${seconds.toFixed(2)} s`),
  });
  const results: HeadResult<Figures>[] = [];
  for (const [index, timing] of timings.entries()) {
    const figures = await evaluate(async (name, embeddings) => {
      if (index > 0 && peer) return peer.predict(name, embeddings);
      return head === undefined ? { ...embeddings, data: new Float32Array(0) } : scoresOf(head, embeddings);
    });
    results.push({ timing, figures });
  }
  return results;
}
