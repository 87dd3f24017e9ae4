import { isDeepStrictEqual } from 'node:util';
import type { WorkerEntry } from '@polyhead/runtime';
import { PolyheadError, type Logger } from '@polyhead/types';
import type { Classification, Classifier, ClassifierState, ClassifyOptions } from './classifier.ts';
import { createJobQueue, type JobQueue } from './job-queue.ts';
import type { ModelDescription } from './model-description.ts';
import type { WorkerStart } from './worker-messages.ts';
import { createWorkerThread, type WorkerThread } from './worker-thread.ts';

/** How a pool is made. */
export interface WorkerPoolOptions {
  /** The file that the threads run. */
  readonly entry: WorkerEntry;
  /** What every thread is started with. */
  readonly start: WorkerStart;
  readonly workers: number;
  /** Requests that may wait beside one a worker. */
  readonly queueLength: number;
  readonly logger: Logger;
  /** Pauses before the first, second ... attempt to replace a dead thread; the last one repeats. @default 0 to 30 s */
  readonly restartDelays?: readonly number[];
}

/** A classifier whose model lives in worker threads. */
export interface WorkerPool extends Classifier {
  /**
   * Starts the threads, once.
   * @returns when every thread has the model
   * @throws {PolyheadError} whatever a thread cannot load the model for, WORKER_FAILED
   */
  start(): Promise<void>;
  /** Makes every request fail that is not finished, so that `close` need not wait for them. */
  abort(): void;
}

const defaultRestartDelays: readonly number[] = [0, 1000, 2000, 5000, 10_000, 30_000];

/** Makes a pool without threads; `start` starts them. A thread that dies makes the request that it works on fail and is replaced. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  return new ThreadPool(options);
}

class ThreadPool implements WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #queue: JobQueue;
  /** All threads that run, loading ones too. */
  readonly #threads = new Set<WorkerThread>();
  readonly #ready = new Set<WorkerThread>();
  readonly #idle: WorkerThread[] = [];
  /** What the first thread loaded; a thread that loads anything else is not used, so that one model answers. */
  #model: ModelDescription | undefined;
  /** True if no thread is left and the last attempt to start one failed. */
  #broken = false;
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: WorkerPoolOptions) {
    const { workers, queueLength } = options;
    this.#options = options;
    this.#queue = createJobQueue({ capacity: workers + queueLength, workers });
  }

  get state(): ClassifierState {
    if (this.#closing !== undefined) return 'closing';
    return this.#ready.size > 0 ? 'ready' : 'loading';
  }

  get model(): ModelDescription | undefined {
    return this.#model;
  }

  async classify(texts: readonly string[], options: ClassifyOptions = {}): Promise<Classification> {
    if (this.#closing !== undefined) throw createNotReadyError('is shutting down');
    if (this.#model === undefined || this.#broken) throw createNotReadyError('is loading its model');
    const answer = this.#queue.add(texts, options);
    this.#dispatch();
    return answer;
  }

  start(): Promise<void> {
    this.#starting ??= this.#startAll();
    return this.#starting;
  }

  abort(): void {
    this.#queue.failAll(createNotReadyError('is shutting down'));
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    // With no thread left there is nobody to finish anything.
    if (this.#threads.size === 0) this.abort();
    await this.#queue.drained();
    await Promise.all([...this.#threads].map((thread) => thread.stop()));
  }

  async #startAll(): Promise<void> {
    if (this.#closing !== undefined) return;
    await Promise.all(Array.from({ length: this.#options.workers }, () => this.#startThread()));
  }

  async #startThread(): Promise<void> {
    const { entry, start, logger } = this.#options;
    const thread = createWorkerThread({ entry, start, logger });
    this.#threads.add(thread);
    void thread.ended.then((error) => this.#onEnd(thread, error));
    try {
      const model = await thread.started;
      this.#model ??= model;
      if (!isDeepStrictEqual(model, this.#model)) throw createReplacedModelError(start.directory);
    } catch (error) {
      await thread.stop();
      throw error;
    }
    if (!this.#threads.has(thread)) return;
    this.#broken = false;
    this.#ready.add(thread);
    this.#idle.push(thread);
    this.#dispatch();
  }

  #onEnd(thread: WorkerThread, error: PolyheadError): void {
    this.#threads.delete(thread);
    const wasReady = this.#ready.delete(thread);
    const position = this.#idle.indexOf(thread);
    if (position >= 0) this.#idle.splice(position, 1);
    if (this.#closing !== undefined) {
      if (this.#threads.size === 0) this.#queue.failAll(error);
    } else if (wasReady) {
      this.#options.logger.warn(`${error.message} It is replaced.`);
      void this.#replace(0);
    }
  }

  /** Tries until it succeeds. Says why it fails, and again only when the reason is another one. */
  async #replace(attempt: number, toldReason?: string): Promise<void> {
    const delays = this.#options.restartDelays ?? defaultRestartDelays;
    await pause(delays[Math.min(attempt, delays.length - 1)] ?? 0);
    if (this.#closing !== undefined) return;
    try {
      await this.#startThread();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== toldReason) this.#options.logger.warn(`A worker thread cannot be replaced yet: ${reason}`);
      if (this.#ready.size === 0) {
        this.#broken = true;
        this.#queue.failAll(createWorkerFailedError(error));
      }
      void this.#replace(attempt + 1, reason);
    }
  }

  #dispatch(): void {
    for (let thread = this.#idle.pop(); thread !== undefined; thread = this.#idle.pop()) {
      const slice = this.#queue.take();
      if (slice === undefined) {
        this.#idle.push(thread);
        return;
      }
      void this.#work(thread, slice);
    }
  }

  async #work(thread: WorkerThread, slice: NonNullable<ReturnType<JobQueue['take']>>): Promise<void> {
    const { texts, heads, topK, zeroShot } = slice;
    try {
      slice.finish(await thread.classify({ texts, heads, topK, zeroShot }));
    } catch (error) {
      slice.fail(error);
    }
    if (!this.#ready.has(thread)) return;
    this.#idle.push(thread);
    this.#dispatch();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    // Waiting for a restart must not keep a stopped process alive.
    setTimeout(resolve, milliseconds).unref();
  });
}

function createNotReadyError(reason: string): PolyheadError {
  return new PolyheadError('SERVER_NOT_READY', {
    message: `The server ${reason}.`,
    remedy: 'Try again in a few seconds.',
    details: { retry_after_seconds: 2 },
  });
}

function createReplacedModelError(directory: string): PolyheadError {
  return new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `The model that now lies in "${directory}" is not the one that the server started with.`,
    remedy: 'Restart the server to serve it, or put the earlier one back.',
    details: { folder: directory },
  });
}

function createWorkerFailedError(cause: unknown): PolyheadError {
  return new PolyheadError('WORKER_FAILED', {
    message: 'No worker thread is left, and none could be started again.',
    cause,
  });
}
