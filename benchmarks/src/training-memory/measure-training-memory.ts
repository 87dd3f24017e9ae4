import { loadTrainableEncoder } from '@polyhead/backbone';
import { PolyheadError } from '@polyhead/types';
import { peakMegabytes } from '../process-memory.ts';
import { createTokenIds } from '../training-step/batch-shape.ts';
import { toEncodings } from '../training-step/encodings.ts';

export interface MeasureTrainingMemoryOptions {
  readonly threads: number;
  readonly rows: number;
  readonly length: number;
  /** In MB. */
  readonly budget: number;
}

const steps = 2;

/** Trains on one batch within a budget and prints a line of JSON. Runs in a process of its own, for its peak memory. */
export async function measureTrainingMemory(model: string, options: MeasureTrainingMemoryOptions): Promise<void> {
  const { threads, rows, length, budget } = options;
  const bare = peakMegabytes();
  try {
    const encoder = await loadTrainableEncoder(model, { threads, normalize: false, memoryBudget: budget * 1e6 });
    const loaded = peakMegabytes();
    const batch = toEncodings(createTokenIds({ rows, length }));
    const seconds = { forward: 0, backward: 0 };
    const norms: number[] = [];
    for (let step = 0; step < steps; step++) {
      const start = performance.now();
      const pass = await encoder.forward(batch, { dropoutSeed: step });
      const forwardDone = performance.now();
      await pass.backward(new Float32Array(pass.embeddings.data.length).fill(1e-3));
      seconds.forward += (forwardDone - start) / 1000 / steps;
      seconds.backward += (performance.now() - forwardDone) / 1000 / steps;
      norms.push(Math.sqrt(await encoder.sumGradients()));
      await encoder.update({ learningRate: 1e-5, gradientScale: 1 });
    }
    const peak = peakMegabytes();
    await encoder.release();
    print({ bare, loaded, peak, ...seconds, norms });
  } catch (error) {
    if (!PolyheadError.isInstance(error)) throw error;
    print({ bare, refused: error.message });
  }
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
