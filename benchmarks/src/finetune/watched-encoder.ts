import type { Encoding, TrainableEncoder } from '@polyhead/types';

/** A trainable encoder that tells which texts it is given. */
export interface WatchedEncoder {
  readonly encoder: TrainableEncoder;
  /** Milliseconds since the start of the process at which the present step began. */
  stepStart(): number;
  /** The texts of the present step, as places among those that were tokenized last. */
  batch(): readonly number[];
}

/** @param beforeStep waits for it before a step begins; its time is not counted */
export function watchEncoder(
  inner: TrainableEncoder,
  beforeStep?: (texts: readonly number[]) => Promise<void>,
): WatchedEncoder {
  const places = new Map<Encoding, number>();
  let start = 0;
  let batch: readonly number[] = [];
  const encoder: TrainableEncoder = {
    description: inner.description,
    parameters: inner.parameters,
    get updates() {
      return inner.updates;
    },
    async tokenize(texts, options) {
      const encodings = await inner.tokenize(texts, options);
      places.clear();
      encodings.forEach((encoding, place) => places.set(encoding, place));
      return encodings;
    },
    async forward(texts, options) {
      batch = texts.map((text) => places.get(text) ?? -1);
      await beforeStep?.(batch);
      start = performance.now();
      return inner.forward(texts, options);
    },
    encode: (texts, options) => inner.encode(texts, options),
    sumGradients: () => inner.sumGradients(),
    update: (update) => inner.update(update),
    discardGradients: () => inner.discardGradients(),
    saveState: (path) => inner.saveState(path),
    loadState: (path) => inner.loadState(path),
    saveEncoder: (directory) => inner.saveEncoder(directory),
    release: () => inner.release(),
  };
  return { encoder, stepStart: () => start, batch: () => batch };
}

/** An encoder that neither computes nor learns, to see how a training begins. */
export function createIdleEncoder(inner: TrainableEncoder): TrainableEncoder {
  const { dimension } = inner.description;
  const zeros = (rows: number): { data: Float32Array; rows: number; columns: number } => ({
    data: new Float32Array(rows * dimension),
    rows,
    columns: dimension,
  });
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    description: inner.description,
    parameters: [],
    updates: 0,
    tokenize: (texts, options) => inner.tokenize(texts, options),
    forward: (texts) =>
      Promise.resolve({ embeddings: zeros(texts.length), backward: nothing, discard: () => undefined }),
    encode: (texts) => Promise.resolve(zeros(texts.length)),
    sumGradients: () => Promise.resolve(0),
    update: nothing,
    discardGradients: nothing,
    saveState: nothing,
    loadState: nothing,
    saveEncoder: nothing,
    release: nothing,
  };
}
