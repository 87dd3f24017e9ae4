import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, scoreHead, type ModelHead } from '@polyhead/model';
import { evaluateMultiLabel, evaluateSingleLabel } from '@polyhead/metrics';
import { SetFitTrainer, type EmbeddingPhaseInput } from '@polyhead/training';
import { PolyheadError, type JsonObject, type LabeledTexts } from '@polyhead/types';
import type { Figures } from '../finetune/figures.ts';

/** One training of Polyhead. */
export interface OwnTraining {
  readonly train: LabeledTexts;
  readonly judge: LabeledTexts;
  readonly model: string;
  readonly threads: number;
  readonly seed: number;
  readonly phase: EmbeddingPhaseInput;
}

const head = 'head';

/** Seconds from weights on disk to a saved model, and of these the training alone; figures on the rows to judge by. */
export async function trainOwn({ train, judge, model, threads, seed, phase }: OwnTraining): Promise<JsonObject> {
  const folder = await mkdtemp(join(tmpdir(), 'polyhead-setfit-'));
  try {
    const trainer = new SetFitTrainer({ backbone: { reference: model, threads }, embedding: phase, seed });
    const started = performance.now();
    const { directory, report } = await trainer.train({ [head]: { train } }, { output: join(folder, 'model') });
    const total = (performance.now() - started) / 1000;
    const phases = ['train', 'encode', `fit ${head}`, `evaluate ${head}`];
    const seconds = phases.reduce((sum, phase) => sum + (report.seconds[phase] ?? NaN), 0);
    const figures = await judgeModel(directory, judge, threads);
    return { seconds, total, phases: { ...report.seconds }, ...figures };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function judgeModel(directory: string, { texts, targets }: LabeledTexts, threads: number): Promise<Figures> {
  const model = await loadModel(directory, { threads });
  try {
    const found = onlyHead(model.heads);
    const scores = scoreHead(found, await model.encoder.encode(texts));
    if (targets.task === 'single-label') return { accuracy: evaluateSingleLabel({ targets, scores }).accuracy };
    if (targets.task === 'regression')
      throw new PolyheadError('TASK_UNSUPPORTED', { message: 'There are no classes.' });
    const evaluation = evaluateMultiLabel({ targets, scores, thresholds: found.thresholds?.tuned });
    const half = evaluation['at_0.5'];
    return {
      'macro F1 at 0.5': half.macro_f1,
      'micro F1 at 0.5': half.micro_f1,
      'macro F1 tuned': evaluation.macro_f1,
      'micro F1 tuned': evaluation.micro_f1,
    };
  } finally {
    await model.release();
  }
}

function onlyHead(heads: ReadonlyMap<string, ModelHead>): ModelHead {
  const found = heads.get(head);
  if (found !== undefined) return found;
  throw new PolyheadError('INTERNAL', { message: 'The model has no head.' });
}
