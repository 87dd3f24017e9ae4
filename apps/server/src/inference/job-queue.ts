import { PolyheadError, type Prediction } from '@polyhead/types';
import type { Classification, ClassifyOptions } from './classifier.ts';
import type { ZeroShotWork } from './zero-shot-work.ts';

/** A part of a request, small enough that others need not wait long for it. */
export interface Slice {
  readonly texts: readonly string[];
  readonly heads: readonly string[] | undefined;
  readonly topK: number | undefined;
  readonly zeroShot: ZeroShotWork | undefined;
  /** Delivers the answers, one a text. */
  readonly finish: (predictions: readonly Prediction[]) => void;
  /** Makes the whole request fail. */
  readonly fail: (error: unknown) => void;
}

/** How a queue is made. */
export interface JobQueueOptions {
  /** Most requests that are not finished; past it new ones are refused. */
  readonly capacity: number;
  /** How many slices are worked on at once, to estimate when there will be room. */
  readonly workers: number;
  /** Most texts of a slice. @default 32 */
  readonly sliceLength?: number;
}

/** Requests that are not finished. Bounded and fair: requests take turns slice by slice, so that a great one does not block the rest. */
export interface JobQueue {
  /** @throws {PolyheadError} SERVER_OVERLOADED, ABORTED, and what the slices fail with */
  add(texts: readonly string[], options?: ClassifyOptions): Promise<Classification>;
  /** The next part to work on; undefined if there is none. */
  take(): Slice | undefined;
  /** Makes every request fail. */
  failAll(error: PolyheadError): void;
  /** Resolves when no request is left. */
  drained(): Promise<void>;
}

interface Job {
  readonly texts: readonly string[];
  readonly options: ClassifyOptions;
  readonly predictions: Prediction[];
  readonly addedAt: number;
  startedAt: number | undefined;
  /** Index of the first text that is in no slice yet. */
  next: number;
  /** Texts without an answer. */
  remaining: number;
  resolve(classification: Classification): void;
  reject(error: unknown): void;
}

const defaultSliceLength = 32;
const longestRetrySeconds = 60;

/** Makes an empty queue. */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  return new FairQueue(options);
}

class FairQueue implements JobQueue {
  readonly #options: Required<JobQueueOptions>;
  /** In turn; the first gives the next slice. */
  readonly #waiting: Job[] = [];
  readonly #unfinished = new Set<Job>();
  #drainListeners: (() => void)[] = [];
  /** Moving average of what a worker needs for a text. */
  #millisecondsPerText = 10;

  constructor(options: JobQueueOptions) {
    this.#options = { sliceLength: defaultSliceLength, ...options };
  }

  async add(texts: readonly string[], options: ClassifyOptions = {}): Promise<Classification> {
    if (options.signal?.aborted === true) throw createAbortedError();
    if (texts.length === 0) return { predictions: [], queueMilliseconds: 0, inferenceMilliseconds: 0 };
    if (this.#unfinished.size >= this.#options.capacity) throw this.#createOverloadedError();
    return new Promise((resolve, reject) => {
      const job: Job = {
        texts,
        options,
        predictions: [],
        addedAt: performance.now(),
        startedAt: undefined,
        next: 0,
        remaining: texts.length,
        resolve,
        reject,
      };
      this.#unfinished.add(job);
      this.#waiting.push(job);
      options.signal?.addEventListener('abort', () => this.#fail(job, createAbortedError()), { once: true });
    });
  }

  take(): Slice | undefined {
    const job = this.#waiting.shift();
    if (job === undefined) return undefined;
    const start = job.next;
    const texts = job.texts.slice(start, start + this.#sliceLengthOf(job));
    const takenAt = performance.now();
    job.startedAt ??= takenAt;
    job.next += texts.length;
    if (job.next < job.texts.length) this.#waiting.push(job);
    return {
      texts,
      heads: job.options.heads,
      topK: job.options.topK,
      zeroShot: job.options.zeroShot,
      finish: (predictions) => {
        this.#observe((performance.now() - takenAt) / texts.length);
        this.#finish(job, start, predictions);
      },
      fail: (error) => this.#fail(job, error),
    };
  }

  failAll(error: PolyheadError): void {
    for (const job of [...this.#unfinished]) this.#fail(job, error);
  }

  async drained(): Promise<void> {
    if (this.#unfinished.size === 0) return;
    await new Promise<void>((resolve) => this.#drainListeners.push(resolve));
  }

  /** A text takes longer the more sentences it is held against. */
  #sliceLengthOf({ options: { zeroShot } }: Job): number {
    return Math.max(1, Math.floor(this.#options.sliceLength / (zeroShot?.sentences ?? 1)));
  }

  #finish(job: Job, start: number, predictions: readonly Prediction[]): void {
    predictions.forEach((prediction, index) => {
      job.predictions[start + index] = prediction;
    });
    job.remaining -= predictions.length;
    if (job.remaining > 0 || !this.#unfinished.has(job)) return;
    const now = performance.now();
    const startedAt = job.startedAt ?? now;
    job.resolve({
      predictions: job.predictions,
      queueMilliseconds: startedAt - job.addedAt,
      inferenceMilliseconds: now - startedAt,
    });
    this.#remove(job);
  }

  #fail(job: Job, error: unknown): void {
    job.reject(error);
    this.#remove(job);
  }

  #remove(job: Job): void {
    const position = this.#waiting.indexOf(job);
    if (position >= 0) this.#waiting.splice(position, 1);
    this.#unfinished.delete(job);
    if (this.#unfinished.size > 0) return;
    for (const resolve of this.#drainListeners) resolve();
    this.#drainListeners = [];
  }

  #observe(milliseconds: number): void {
    this.#millisecondsPerText += 0.2 * (milliseconds - this.#millisecondsPerText);
  }

  #createOverloadedError(): PolyheadError {
    const texts = [...this.#unfinished].reduce((sum, job) => sum + job.remaining, 0);
    const seconds = (texts * this.#millisecondsPerText) / this.#options.workers / 1000;
    const retryAfter = Math.min(longestRetrySeconds, Math.max(1, Math.ceil(seconds)));
    return new PolyheadError('SERVER_OVERLOADED', {
      message: `The server has ${this.#unfinished.size} requests to answer and takes no more for now.`,
      remedy: `Try again in ${retryAfter} s, as the header Retry-After says.`,
      details: { retry_after_seconds: retryAfter },
    });
  }
}

function createAbortedError(): PolyheadError {
  return new PolyheadError('ABORTED', { message: 'The client went away before it was answered.' });
}
