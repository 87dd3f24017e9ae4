import { selectRows, selectTargets, stratifiedSplit } from '@polyhead/data';
import { evaluateSingleLabel } from '@polyhead/metrics';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type HeadExamples, type Matrix, type Targets } from '@polyhead/types';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { emotionFigures, emotionHeadings, toFigureCells, type EmotionFigures } from './emotion-figures.ts';
import { openStoredEncoder, type StoredEncoder } from './embeddings-on-disk.ts';
import { encodeEmotions } from './examples.ts';
import { fitHead, scoresOf } from './fit-head.ts';
import { formatSpread } from './markdown-table.ts';
import { createReport, type Report } from './report.ts';
import { spreadOf, type Spread } from './statistics.ts';

export interface HeadsBenchmarkOptions {
  readonly data?: string;
  readonly model: string;
  readonly threads: number;
  readonly rounds: number;
  readonly texts: number;
}

const types = ['logistic-regression', 'linear', 'linear-svm', 'ridge'];

/** Every head type with its default options on the same embeddings. */
export async function runHeadsBenchmark(options: HeadsBenchmarkOptions): Promise<void> {
  const report = createReport('heads', options);
  const data = openDataFolder(options.data);
  const encoder = await openStoredEncoder(options.model, { threads: options.threads }, report);
  const intents = await measureIntents({ data, encoder, report, options });
  const emotions = await measureEmotions({ data, encoder, report, options });
  await encoder.release();
  await report.finish({ banking77: intents, go_emotions: emotions });
}

interface HeadsRun {
  readonly data: DataFolder;
  readonly encoder: StoredEncoder;
  readonly report: Report;
  readonly options: HeadsBenchmarkOptions;
}

interface IntentFigures {
  readonly type: string;
  readonly seconds: Spread;
  readonly accuracy: number;
  readonly macroF1: number;
}

/** banking77: a fifth of the training texts is for early stopping, for the heads that use it. */
async function measureIntents({ data, encoder, report, options }: HeadsRun): Promise<IntentFigures[]> {
  const all = await data.load('banking77', 'train');
  const split = stratifiedSplit(all.targets, { random: createRandomGenerator(1) });
  const encode = async (name: string, texts: readonly string[], targets: Targets): Promise<HeadExamples> => {
    const rows = Int32Array.from({ length: Math.min(options.texts, texts.length) }, (_, row) => row);
    const kept = texts.slice(0, rows.length);
    return { embeddings: await encoder.encode(`banking77 ${name}`, kept), targets: selectTargets(targets, rows) };
  };
  const trainTexts = selectRows(all, split.train);
  const validationTexts = selectRows(all, split.validation);
  const testTexts = await data.load('banking77', 'test', all.targets.labels);
  const train = await encode('train', trainTexts.texts, trainTexts.targets);
  const validation = await encode('validation', validationTexts.texts, validationTexts.targets);
  const test = await encode('test', testTexts.texts, testTexts.targets);
  const figures: IntentFigures[] = [];
  for (const type of types) {
    const { head, seconds } = await fitRounds(type, { train, validation }, { report, rounds: options.rounds });
    const evaluation = evaluateIntents(test.targets, scoresOf(head, test.embeddings));
    figures.push({ type, seconds, ...evaluation });
  }
  report.line(`### banking77: one of ${all.targets.labels.length} intents, ${train.embeddings.rows} training texts`);
  report.table(
    ['head', 'seconds, median (range)', 'accuracy', 'macro F1'],
    figures.map(({ type, seconds, accuracy, macroF1 }) => [
      type,
      formatSpread(seconds),
      accuracy.toFixed(4),
      macroF1.toFixed(4),
    ]),
  );
  return figures;
}

function evaluateIntents(targets: Targets, scores: Matrix): Pick<IntentFigures, 'accuracy' | 'macroF1'> {
  if (targets.task !== 'single-label') {
    throw new PolyheadError('TASK_UNSUPPORTED', { message: `These targets are ${targets.task}, not single-label.` });
  }
  const { accuracy, macro_f1: macroF1 } = evaluateSingleLabel({ targets, scores });
  return { accuracy, macroF1 };
}

async function measureEmotions({ data, encoder, report, options }: HeadsRun): Promise<unknown[]> {
  const { train, validation, test } = await encodeEmotions(data, encoder, options.texts);
  const results: { type: string; seconds: Spread; figures: EmotionFigures }[] = [];
  for (const type of types) {
    const { head, seconds } = await fitRounds(type, { train, validation }, { report, rounds: options.rounds });
    const figures = emotionFigures(
      { targets: validation.targets, scores: scoresOf(head, validation.embeddings) },
      { targets: test.targets, scores: scoresOf(head, test.embeddings) },
    );
    results.push({ type, seconds, figures });
  }
  report.line(
    `### go_emotions: any of ${train.targets.labels.length} emotions, ${train.embeddings.rows} training texts`,
  );
  report.table(
    ['head', 'seconds, median (range)', ...emotionHeadings],
    results.map(({ type, seconds, figures }) => [type, formatSpread(seconds), ...toFigureCells(figures)]),
  );
  return results;
}

interface Examples {
  readonly train: HeadExamples;
  readonly validation: HeadExamples;
}

async function fitRounds(
  type: string,
  { train, validation }: Examples,
  { report, rounds }: { readonly report: Report; readonly rounds: number },
): Promise<{ readonly head: Awaited<ReturnType<typeof fitHead>>['head']; readonly seconds: Spread }> {
  const first = await fitHead(type, train, validation);
  const seconds = [first.seconds];
  while (seconds.length < rounds) seconds.push((await fitHead(type, train, validation)).seconds);
  report.progress(`${type}: ${seconds.map((value) => value.toFixed(2)).join(', ')} s`);
  return { head: first.head, seconds: spreadOf(seconds) };
}
