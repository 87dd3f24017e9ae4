import { PolyheadError, type Tensor } from '@polyhead/types';
import type { Session } from '../session.ts';

/** A session whose runs end when the test says so. */
export interface FakeSession extends Session {
  /** Values of `x` that runs were started with and that have not ended. */
  readonly underWay: readonly number[];
  readonly isReleased: boolean;
  /** Ends the first run under way; it gives `y = x`. */
  finish(): void;
  /** Ends all runs under way and all later ones with WORKER_FAILED. */
  die(): void;
}

/** What a run of a fake session is given and gives. */
export function createScalar(value: number): Tensor {
  return { dataType: 'float32', shape: [1], data: Float32Array.of(value) };
}

const createDeath = (): PolyheadError => new PolyheadError('WORKER_FAILED', { message: 'The worker died.' });

interface FakeRun {
  readonly value: number;
  readonly resolve: (results: Record<string, Tensor>) => void;
  readonly reject: (error: PolyheadError) => void;
}

/** A session without a model or a worker. */
export function createFakeSession(): FakeSession {
  let runs: FakeRun[] = [];
  let isDead = false;
  let isReleased = false;
  return {
    inputs: [{ name: 'x', dataType: 'float32', shape: [1] }],
    outputs: [{ name: 'y', dataType: 'float32', shape: [1] }],
    provider: 'cpu',
    concurrency: 1,
    get underWay() {
      return runs.map(({ value }) => value);
    },
    get isReleased() {
      return isReleased;
    },
    run({ x }) {
      if (isDead) return Promise.reject(createDeath());
      return new Promise((resolve, reject) => {
        runs.push({ value: Number(x?.data[0]), resolve, reject });
      });
    },
    finish() {
      const run = runs.shift();
      run?.resolve({ y: createScalar(run.value) });
    },
    die() {
      isDead = true;
      for (const run of runs) run.reject(createDeath());
      runs = [];
    },
    release() {
      isReleased = true;
      return Promise.resolve();
    },
  };
}
