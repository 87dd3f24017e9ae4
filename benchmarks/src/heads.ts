import { selectRows, selectTargets, stratifiedSplit } from '@polyhead/data';
import { evaluateSingleLabel } from '@polyhead/metrics';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type HeadExamples, type Matrix, type Targets } from '@polyhead/types';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { emotionFigures, emotionHeadings, toFigureCells, type EmotionFigures } from './emotion-figures.ts';
import { openStoredEncoder, type StoredEncoder } from './embeddings-on-disk.ts';
import { encodeEmotions } from './examples.ts';
import { formatSpread } from './markdown-table.ts';
import { measureHeads, type HeadResult } from './measure-heads.ts';
import { findPython, noPythonNote } from './peer-process.ts';
import { createReport, type Report } from './report.ts';
import { startScikitLearnPeer, type ScikitLearnPeer } from './scikit-learn-peer.ts';

export interface HeadsBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly threads: number;
  readonly rounds: number;
  readonly texts: number;
}

/** Every head type with its default options on the same embeddings, beside scikit-learn where it has the same model. */
export async function runHeadsBenchmark(options: HeadsBenchmarkOptions): Promise<void> {
  const report = createReport('heads', options);
  if (findPython(options.python) === undefined) report.line(noPythonNote);
  const data = openDataFolder(options.data);
  const encoder = await openStoredEncoder(options.model, { threads: options.threads }, report);
  const intents = await measureIntents({ data, encoder, report, options });
  const emotions = await measureEmotions({ data, encoder, report, options });
  await encoder.release();
  await report.finish({ banking77: toJson(intents), go_emotions: toJson(emotions) });
}

interface HeadsRun {
  readonly data: DataFolder;
  readonly encoder: StoredEncoder;
  readonly report: Report;
  readonly options: HeadsBenchmarkOptions;
}

interface IntentFigures {
  readonly accuracy: number;
  readonly macroF1: number;
}

/** banking77: a fifth of the training texts is for early stopping, for the heads that use it. */
async function measureIntents({ data, encoder, report, options }: HeadsRun): Promise<HeadResult<IntentFigures>[]> {
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
  const results = await withPeer({ name: 'heads banking77', train, options }, (peer) =>
    measureHeads({
      ...{ train, validation, peer, report, rounds: options.rounds },
      evaluate: async (score) => evaluateIntents(test.targets, await score('test', test.embeddings)),
    }),
  );
  report.line(`### banking77: one of ${all.targets.labels.length} intents, ${train.embeddings.rows} training texts`);
  report.table(
    ['head', 'seconds, median (range)', 'accuracy', 'macro F1'],
    results.map(({ timing, figures }) => [
      timing.name,
      formatSpread(timing),
      figures.accuracy.toFixed(4),
      figures.macroF1.toFixed(4),
    ]),
  );
  return results;
}

function evaluateIntents(targets: Targets, scores: Matrix): IntentFigures {
  if (targets.task !== 'single-label') {
    throw new PolyheadError('TASK_UNSUPPORTED', { message: `These targets are ${targets.task}, not single-label.` });
  }
  const { accuracy, macro_f1: macroF1 } = evaluateSingleLabel({ targets, scores });
  return { accuracy, macroF1 };
}

async function measureEmotions({ data, encoder, report, options }: HeadsRun): Promise<HeadResult<EmotionFigures>[]> {
  const { train, validation, test } = await encodeEmotions(data, encoder, options.texts);
  const results = await withPeer({ name: 'heads go_emotions', train, options }, (peer) =>
    measureHeads({
      ...{ train, validation, peer, report, rounds: options.rounds },
      evaluate: async (score) =>
        emotionFigures(
          { targets: validation.targets, scores: await score('validation', validation.embeddings) },
          { targets: test.targets, scores: await score('test', test.embeddings) },
        ),
    }),
  );
  report.line(
    `### go_emotions: any of ${train.targets.labels.length} emotions, ${train.embeddings.rows} training texts`,
  );
  report.table(
    ['head', 'seconds, median (range)', ...emotionHeadings],
    results.map(({ timing, figures }) => [timing.name, formatSpread(timing), ...toFigureCells(figures)]),
  );
  return results;
}

/** Does the work with scikit-learn beside it, if there is a Python. */
async function withPeer<Result>(
  {
    name,
    train,
    options,
  }: { readonly name: string; readonly train: HeadExamples; readonly options: HeadsBenchmarkOptions },
  work: (peer: ScikitLearnPeer | undefined) => Promise<Result>,
): Promise<Result> {
  const python = findPython(options.python);
  if (python === undefined) return work(undefined);
  const peer = await startScikitLearnPeer(train, { python, threads: options.threads, name });
  try {
    return await work(peer);
  } finally {
    await peer.process.close();
  }
}

function toJson<Figures>(results: readonly HeadResult<Figures>[]): unknown[] {
  return results.map(({ timing, figures }) => ({ ...timing, figures }));
}
