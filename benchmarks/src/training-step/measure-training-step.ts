import { loadTrainableEncoder } from '@polyhead/backbone';
import type { Encoding, TrainableEncoder } from '@polyhead/types';
import { answerRequests } from '../answer-requests.ts';
import { readNumber } from '../json.ts';
import { peakMegabytes } from '../process-memory.ts';
import { toEncodings } from './encodings.ts';

export interface MeasureTrainingStepOptions {
  readonly threads: number;
}

/** What every number of the gradient of an embedding is; a loss is not computed. */
const embeddingGradient = 1e-3;
const learningRate = 1e-5;
const gradientClip = 1;

/** Trains an encoder on one batch, when asked to. The counterpart of `training_step_peer.py`. */
export async function measureTrainingStep(directory: string, { threads }: MeasureTrainingStepOptions): Promise<void> {
  const bare = peakMegabytes();
  const encoder = await loadTrainableEncoder(directory, { threads, normalize: false });
  let batch: Encoding[] = [];
  let step = 0;
  const loaded = peakMegabytes();
  await answerRequests({ threads, bare_megabytes: bare, loaded_megabytes: loaded }, async (request) => {
    switch (request['action']) {
      case 'batch':
        batch = toEncodings(request['ids']);
        return {};
      case 'steps': {
        const count = readNumber(request, 'count');
        const sums = { forward: 0, backward: 0, update: 0, seconds: 0, norm: 0 };
        for (const end = step + count; step < end; step++) addTo(sums, await runStep(encoder, batch, step));
        return sums;
      }
      default:
        return { peak_megabytes: peakMegabytes() };
    }
  });
  await encoder.release();
}

/** Seconds of the parts of a step, and the norm of its gradient. */
interface StepFigures {
  readonly forward: number;
  readonly backward: number;
  readonly update: number;
  readonly seconds: number;
  readonly norm: number;
}

async function runStep(
  encoder: TrainableEncoder,
  batch: readonly Encoding[],
  dropoutSeed: number,
): Promise<StepFigures> {
  const start = performance.now();
  const pass = await encoder.forward(batch, { dropoutSeed });
  const gradient = new Float32Array(pass.embeddings.data.length).fill(embeddingGradient);
  const forwardDone = performance.now();
  await pass.backward(gradient);
  const backwardDone = performance.now();
  const norm = Math.sqrt(await encoder.sumGradients());
  await encoder.update({ learningRate, gradientScale: Math.min(1, gradientClip / (norm + 1e-6)) });
  const end = performance.now();
  return {
    forward: (forwardDone - start) / 1000,
    backward: (backwardDone - forwardDone) / 1000,
    update: (end - backwardDone) / 1000,
    seconds: (end - start) / 1000,
    norm,
  };
}

function addTo(sums: Record<keyof StepFigures, number>, figures: StepFigures): void {
  for (const name of ['forward', 'backward', 'update', 'seconds'] as const) sums[name] += figures[name];
  sums.norm = figures.norm;
}
