import type { Session } from '@polyhead/runtime';
import { planTokenBatches } from '@polyhead/tokenization';
import { PolyheadError, assertNotAborted, type Encoding } from '@polyhead/types';
import { createTokenFeeds } from './token-feeds.ts';

/** What a batch is run with. */
export interface BatchRunner {
  readonly session: Session;
  /** The output `[rows, dimension]` that is wanted. */
  readonly output: string;
  readonly dimension: number;
  readonly padId: number;
  readonly usesTypeIds: boolean;
  /** Most tokens of a batch, padding included; a single longer row is a batch of its own. */
  readonly tokenBudget: number;
}

/** What happens around batches. */
export interface RunBatchesOptions {
  readonly signal: AbortSignal | undefined;
  /** Hears which rows are done. */
  readonly onRows: (rows: readonly number[]) => void;
}

/** Batches handed to the session at once for each that it runs at a time: a worker need not wait for this thread in between. */
const batchesAhead = 2;

/**
 * Runs rows of tokens through the session, batched by length; the longest first, so that workers end at about the same time.
 * @returns `[rows, dimension]` in the order of the rows
 * @throws {PolyheadError} ABORTED, SESSION_RELEASED, SESSION_FAILED, WORKER_FAILED
 */
export async function runBatches(
  runner: BatchRunner,
  rows: readonly Encoding[],
  options: RunBatchesOptions,
): Promise<Float32Array> {
  const results = new Float32Array(rows.length * runner.dimension);
  const lengths = rows.map((row) => row.ids.length);
  const batches = planTokenBatches(lengths, { maximumTokens: runner.tokenBudget }).toReversed();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      try {
        assertNotAborted(options.signal);
        await runBatch(runner, { rows, batch, results }, options.onRows);
      } catch (error) {
        next = batches.length;
        throw error;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: batchesAhead * runner.session.concurrency }, lane));
  const failed = lanes.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}

interface Batch {
  readonly rows: readonly Encoding[];
  /** Indices of rows. */
  readonly batch: readonly number[];
  readonly results: Float32Array;
}

async function runBatch(
  runner: BatchRunner,
  { rows, batch, results }: Batch,
  onRows: RunBatchesOptions['onRows'],
): Promise<void> {
  const { session, dimension, output } = runner;
  const encodings = batch.flatMap((row) => rows[row] ?? []);
  const { [output]: result } = await session.run(createTokenFeeds(encodings, runner), [output]);
  if (result?.dataType !== 'float32' || result.data.length !== batch.length * dimension) {
    throw new PolyheadError('INTERNAL', {
      message: `The model gave a ${result?.dataType ?? 'missing'} tensor of shape [${result?.shape.join(', ') ?? ''}] for ${batch.length} rows of ${dimension}.`,
    });
  }
  batch.forEach((row, index) => {
    results.set(result.data.subarray(index * dimension, (index + 1) * dimension), row * dimension);
  });
  onRows(batch);
}
