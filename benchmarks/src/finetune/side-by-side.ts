import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { resolveModel } from '@polyhead/hub';
import { formatSpread } from '../markdown-table.ts';
import { pairedRatios, spreadOf } from '../statistics.ts';
import { assignRows, groupRows } from './assign-rows.ts';
import { startFinetunePeer } from './finetune-peer.ts';
import type { FinetuneContext } from './finetune-context.ts';
import { runLoggedTraining } from './logged-training.ts';
import { loadRecipeEncoder } from './recipe.ts';
import { sumSteps, type LoggedStep } from './step-log.ts';

export interface SpeedOptions {
  readonly python: string | undefined;
  readonly steps: number;
  readonly seed: number;
}

/** Steps that one library does before it is the other's turn. */
const blockSteps = 5;

/**
 * The first steps of a training by both libraries, in turns of a few steps: the same texts, the same head at the beginning. The first block is a
 * warm-up.
 */
export async function compareSpeed(
  context: FinetuneContext,
  { python, steps, seed }: SpeedOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const { options, data, report } = context;
  const directory = join(context.directory, 'side-by-side');
  await rm(directory, { recursive: true, force: true });
  const settings = { ...context.settings, steps };
  const encoder = await loadRecipeEncoder(options.model, options.threads);
  const { texts, targets } = data.train;
  const { directory: model } = await resolveModel(options.model);
  const peer =
    python === undefined
      ? undefined
      : await startFinetunePeer({
          ...{ python, model, directory, encoder, texts, targets, settings, seed },
          threads: options.threads,
          totalSteps: steps,
        });
  const peerSteps: Pick<LoggedStep, 'seconds' | 'tokens' | 'loss'>[] = [];
  const groups = [...groupRows(texts).values()];
  let waiting: (readonly number[])[] = [];
  const catchUp = async (): Promise<void> => {
    const batches = assignRows(
      waiting.map((batch) => ({ epoch: 1, texts: batch })),
      groups,
    );
    waiting = [];
    const answer = await peer?.train(batches);
    answer?.seconds.forEach((seconds, index) =>
      peerSteps.push({ seconds, tokens: answer.tokens[index] ?? NaN, loss: answer.losses[index] ?? NaN }),
    );
  };
  try {
    const { steps: ownSteps } = await runLoggedTraining({
      ...{ encoder, directory, seed, settings, report },
      name: options.set,
      train: { texts, heads: { head: { targets } } },
      beforeStep: async (batch) => {
        if (waiting.length === blockSteps) await catchUp();
        waiting.push(batch);
      },
    });
    if (waiting.length > 0) await catchUp();
    return reportSpeed(report, ownSteps, peerSteps);
  } finally {
    await peer?.process.close();
    await encoder.release();
  }
}

type Steps = readonly Pick<LoggedStep, 'seconds' | 'tokens' | 'loss'>[];

function reportSpeed(report: FinetuneContext['report'], own: Steps, peer: Steps): Readonly<Record<string, unknown>> {
  const rates = [own, peer].map((steps) =>
    toBlocks(steps)
      .slice(1)
      .map(sumSteps)
      .map(({ tokens, seconds }) => tokens / seconds),
  );
  const [ownRates = [], peerRates = []] = rates;
  const ratios = peerRates.length === 0 ? [] : pairedRatios(ownRates, peerRates);
  const rows = [
    { library: 'Polyhead', steps: own, rates: ownRates },
    ...(peer.length === 0 ? [] : [{ library: 'PyTorch', steps: peer, rates: peerRates }]),
  ];
  report.table(
    ['library', 'steps', 'tokens/s', 'loss of the last 10 steps', 'ratio'],
    rows.map(({ library, steps, rates: speeds }, index) => [
      library,
      steps.length,
      formatSpread(spreadOf(speeds)),
      meanLoss(steps.slice(-10)),
      index === 0 && ratios.length > 0 ? formatSpread(spreadOf(ratios)) : '',
    ]),
  );
  return {
    blocks: { polyhead: ownRates, pytorch: peerRates },
    ratios,
    losses: { polyhead: own.map(({ loss }) => loss), pytorch: peer.map(({ loss }) => loss) },
  };
}

function meanLoss(steps: Steps): number {
  return steps.reduce((sum, { loss }) => sum + loss, 0) / steps.length;
}

/** Blocks of steps; a last one that is shorter is left out. */
function toBlocks<Step>(steps: readonly Step[]): Step[][] {
  return Array.from({ length: Math.floor(steps.length / blockSteps) }, (_, block) =>
    steps.slice(block * blockSteps, (block + 1) * blockSteps),
  );
}
