import type { FittedHead, JsonObject } from '@polyhead/types';
import { openDataFolder } from './data-folder.ts';
import { emotionFigures, emotionHeadings, toFigureCells, type EmotionFigures } from './emotion-figures.ts';
import { openStoredEncoder } from './embeddings-on-disk.ts';
import { encodeEmotions, type EmotionExamples } from './examples.ts';
import { fitHead, scoresOf } from './fit-head.ts';
import { formatNumber, formatSpread } from './markdown-table.ts';
import { findPython, noPythonNote } from './peer-process.ts';
import { createReport } from './report.ts';
import { runRounds, type Contestant, type Timing } from './rounds.ts';
import { startScikitLearnPeer, type ScikitLearnPeer } from './scikit-learn-peer.ts';
import { spreadOf } from './statistics.ts';

export interface LogisticRegressionBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly threads: number;
  readonly rounds: number;
  readonly texts: number;
}

const self = 'Polyhead';
const scikitLearn = 'scikit-learn';
/** So small that scikit-learn stops at the optimum, which its default (1e-4) does not reach. */
const tightTolerance = 1e-9;
/** Enough for its fits to end by themselves. */
const settings = { max_iter: 1000 };
const scikitLearnTight = `scikit-learn, tol=${tightTolerance} (once)`;

/** 28 fits on go_emotions, one a label. */
export async function runLogisticRegressionBenchmark(options: LogisticRegressionBenchmarkOptions): Promise<void> {
  const report = createReport('logistic-regression', options);
  const encoder = await openStoredEncoder(options.model, { threads: options.threads }, report);
  const examples = await encodeEmotions(openDataFolder(options.data), encoder, options.texts);
  await encoder.release();
  const python = findPython(options.python);
  if (python === undefined) report.line(noPythonNote);
  const { threads } = options;
  const peer =
    python === undefined
      ? undefined
      : await startScikitLearnPeer(examples.train, { python, threads, name: 'logistic-regression' });

  let head: FittedHead | undefined;
  const contestants: Contestant[] = [
    {
      name: self,
      async run() {
        const fit = await fitHead('logistic-regression', examples.train);
        head = fit.head;
        return fit.seconds;
      },
    },
  ];
  if (peer) contestants.push({ name: scikitLearn, run: () => peer.fit('LogisticRegression', settings) });
  const timings = await runRounds(contestants, {
    rounds: options.rounds,
    onRun: (name, seconds, round) => report.progress(`round ${round}: ${name} ${seconds.toFixed(2)} s`),
  });

  const results: Record<string, EmotionFigures> = {};
  if (head) results[self] = evaluateOwn(head, examples);
  if (peer) {
    results[scikitLearn] = await evaluatePeer(peer, examples);
    report.progress('scikit-learn at its optimum');
    const seconds = [await peer.fit('LogisticRegression', { ...settings, tol: tightTolerance })];
    timings.push({ name: scikitLearnTight, seconds, ...spreadOf(seconds) });
    results[scikitLearnTight] = await evaluatePeer(peer, examples);
  }
  const { rows, columns } = examples.train.embeddings;
  const { length: labels } = examples.train.targets.labels;
  report.line(`${labels} fits on ${formatNumber(rows)} embeddings of ${columns} elements.`);
  report.table(['library', 'seconds, median (range)', ...emotionHeadings], toRows(timings, results));
  await peer?.process.close();
  const versions: JsonObject = peer ? { [scikitLearn]: peer.process.ready } : {};
  await report.finish({ versions, rows, columns, labels, timings, results });
}

function evaluateOwn(head: FittedHead, { validation, test }: EmotionExamples): EmotionFigures {
  return emotionFigures(
    { targets: validation.targets, scores: scoresOf(head, validation.embeddings) },
    { targets: test.targets, scores: scoresOf(head, test.embeddings) },
  );
}

async function evaluatePeer(peer: ScikitLearnPeer, { validation, test }: EmotionExamples): Promise<EmotionFigures> {
  return emotionFigures(
    { targets: validation.targets, scores: await peer.predict('validation', validation.embeddings) },
    { targets: test.targets, scores: await peer.predict('test', test.embeddings) },
  );
}

function toRows(timings: readonly Timing[], results: Readonly<Record<string, EmotionFigures>>): string[][] {
  return timings.map((timing) => {
    const figures = results[timing.name];
    return [timing.name, formatSpread(timing), ...(figures === undefined ? [] : toFigureCells(figures))];
  });
}
