import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { applyActivation } from '@polyhead/heads';
import { resolveModel } from '@polyhead/hub';
import { PolyheadError, type FittedHead, type LabeledTexts, type Matrix } from '@polyhead/types';
import { scoresOf } from '../fit-head.ts';
import { keepResult } from '../stored-result.ts';
import { assignRows, groupRows } from './assign-rows.ts';
import { toFigures, type Figures, type Scored } from './figures.ts';
import { startFinetunePeer, type FinetunePeer } from './finetune-peer.ts';
import type { FinetuneContext } from './finetune-context.ts';
import { runLoggedTraining } from './logged-training.ts';
import { loadRecipeEncoder } from './recipe.ts';
import { readRunResult, type RunResult } from './run-result.ts';
import { openStepLog, sumSteps, type LoggedStep } from './step-log.ts';

const checkpointSteps = 100;
/** The head's name: decides what it begins with. */
const headName = 'head';

/** Polyhead's figures with one seed; a run that is finished is not done again, one that was stopped goes on. */
export async function measureOwn(context: FinetuneContext, seed: number): Promise<RunResult> {
  const { options, data, settings, report } = context;
  const directory = join(context.directory, `seed-${seed}`);
  const result = await keepResult(join(directory, 'polyhead.json'), async () => {
    const encoder = await loadRecipeEncoder(options.model, options.threads);
    try {
      const { result: trained, steps } = await runLoggedTraining({
        encoder,
        train: { texts: data.train.texts, heads: { [headName]: { targets: data.train.targets } } },
        ...{ settings, seed, directory, checkpointSteps, report },
        name: `${options.set}, seed ${seed}`,
      });
      const head = assertHead(trained.heads[headName]);
      const figures = await measure(data, async (texts) =>
        scoresOf(head, await encoder.encode(await encoder.tokenize(texts))),
      );
      return { ...sumSteps(steps), figures };
    } finally {
      await encoder.release();
    }
  });
  return readRunResult(result);
}

/** PyTorch's figures after the very batches that Polyhead had with this seed. Goes on from its last checkpoint too. */
export async function measurePeer(
  context: FinetuneContext,
  { seed, python }: { readonly seed: number; readonly python: string },
): Promise<RunResult> {
  const { options, data, settings } = context;
  const directory = join(context.directory, `seed-${seed}`);
  await mkdir(directory, { recursive: true });
  const result = await keepResult(join(directory, 'pytorch.json'), async () => {
    const steps = await openStepLog(join(directory, 'steps.jsonl')).read();
    const batches = assignRows(steps, [...groupRows(data.train.texts).values()]);
    const encoder = await loadRecipeEncoder(options.model, options.threads);
    const { directory: model } = await resolveModel(options.model);
    const peer = await startFinetunePeer({
      ...{ python, model, directory, encoder, settings, seed },
      threads: options.threads,
      texts: data.train.texts,
      targets: data.train.targets,
      totalSteps: batches.length,
    });
    try {
      const done = await trainPeer(context, { peer, batches, directory, seed });
      const { activation } = peer;
      const figures = await measure(data, async (texts) =>
        applyActivation(await peer.predict(await encoder.tokenize(texts)), activation),
      );
      return { ...sumSteps(done), figures };
    } finally {
      await peer.process.close();
      await encoder.release();
    }
  });
  return readRunResult(result);
}

interface PeerTraining {
  readonly peer: FinetunePeer;
  readonly batches: readonly (readonly number[])[];
  readonly directory: string;
  readonly seed: number;
}

async function trainPeer(
  { report, options }: FinetuneContext,
  { peer, batches, directory, seed }: PeerTraining,
): Promise<LoggedStep[]> {
  const log = openStepLog(join(directory, 'peer-steps.jsonl'));
  const checkpoint = join(directory, 'peer-checkpoint.pt');
  let step = existsSync(checkpoint) ? await peer.load(checkpoint) : 0;
  if (step === 0) await log.clear();
  while (step < batches.length) {
    const block = batches.slice(step, step + checkpointSteps);
    const { seconds, losses, tokens } = await peer.train(block);
    block.forEach((_, index) => {
      const [second = NaN, loss = NaN, count = NaN] = [seconds[index], losses[index], tokens[index]];
      log.add({ step: step + index + 1, epoch: 0, seconds: second, tokens: count, loss, texts: [] });
    });
    step += block.length;
    await peer.save(checkpoint);
    report.progress(
      `${options.set}, seed ${seed}, PyTorch: step ${step} of ${batches.length}, loss ${losses.at(-1)?.toFixed(3)}`,
    );
  }
  return log.read();
}

async function measure(
  { validation, test }: FinetuneContext['data'],
  score: (texts: readonly string[]) => Promise<Matrix>,
): Promise<Figures> {
  const scored = async ({ texts, targets }: LabeledTexts): Promise<Scored> => ({ targets, scores: await score(texts) });
  return toFigures(await scored(test), validation === undefined ? undefined : await scored(validation));
}

function assertHead(head: FittedHead | undefined): FittedHead {
  if (head !== undefined) return head;
  throw new PolyheadError('INTERNAL', { message: 'The training gave no head.' });
}
