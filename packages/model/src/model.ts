import { applyActivation, toHeadPredictions } from '@polyhead/heads';
import {
  assertNotAborted,
  PolyheadError,
  type EncodedText,
  type EncodeOptions,
  type Encoder,
  type FittedHead,
  type HeadPrediction,
  type HeadThresholds,
  type Matrix,
  type ModelManifest,
  type Prediction,
} from '@polyhead/types';
import { assertHeadsExist } from './names.ts';

/** A head of a loaded model. */
export interface ModelHead {
  readonly name: string;
  readonly fitted: FittedHead;
  /** Tuned thresholds of a multi-label head; without them every label is decided at 0.5. */
  readonly thresholds: HeadThresholds | undefined;
}

/** How texts are classified. */
export interface PredictOptions extends EncodeOptions {
  /** Heads that answer. @default all */
  readonly heads?: readonly string[] | undefined;
  /** Longest list of scores of a head; decisions do not depend on it. @default all labels */
  readonly topK?: number | undefined;
}

/** A model folder in memory: one encoder and any number of heads. */
export interface Model {
  readonly manifest: ModelManifest;
  readonly directory: string;
  readonly encoder: Encoder;
  /** By name, in the order of the manifest. */
  readonly heads: ReadonlyMap<string, ModelHead>;
  /**
   * Classifies texts with every head asked, from one encoder pass.
   * @returns in the order of the texts
   * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT, INVALID_TEXT, ABORTED, SESSION_RELEASED
   */
  predict(texts: readonly string[], options?: PredictOptions): Promise<Prediction[]>;
  /**
   * Classifies a stream of any length in bounded memory; keeps the order.
   * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT, INVALID_TEXT, ABORTED, SESSION_RELEASED
   */
  predictStream(texts: AsyncIterable<string> | Iterable<string>, options?: PredictOptions): AsyncIterable<Prediction>;
  /** Frees the encoder's session, unless the encoder was passed in. Calls after it throw SESSION_RELEASED. */
  release(): Promise<void>;
}

/** What a model is made of. */
export interface ModelParts {
  readonly manifest: ModelManifest;
  readonly directory: string;
  readonly encoder: Encoder;
  readonly heads: ReadonlyMap<string, ModelHead>;
  /** True if nobody else uses the encoder, so that `release` frees it. */
  readonly ownsEncoder: boolean;
}

/** Rows that go through the heads together when a stream is classified. */
const streamRows = 256;

/** Puts a model together from its parts. */
export function createModel({ manifest, directory, encoder, heads, ownsEncoder }: ModelParts): Model {
  let released = false;
  const begin = (options: PredictOptions): readonly ModelHead[] => {
    if (released) throw releasedError(directory);
    assertTopK(options.topK);
    assertNotAborted(options.signal);
    return selectHeads(heads, options.heads, directory);
  };
  return {
    manifest,
    directory,
    encoder,
    heads,
    async predict(texts, options = {}) {
      const asked = begin(options);
      if (texts.length === 0) return [];
      const embeddings = await encoder.encode(texts, options);
      const answers = answer(asked, embeddings, options.topK);
      return texts.map((text, row) => ({
        text,
        truncated: embeddings.truncated[row] === 1,
        tokenCount: embeddings.tokenCounts[row] ?? 0,
        heads: rowAnswers(answers, row),
      }));
    },
    async *predictStream(texts, options = {}) {
      const asked = begin(options);
      let rows: EncodedText[] = [];
      for await (const row of encoder.encodeStream(texts, options)) {
        rows.push(row);
        if (rows.length < streamRows) continue;
        yield* predictRows(rows, asked, options.topK);
        rows = [];
      }
      yield* predictRows(rows, asked, options.topK);
    },
    async release() {
      if (released) return;
      released = true;
      if (ownsEncoder) await encoder.release();
    },
  };
}

type HeadAnswers = readonly (readonly [name: string, predictions: readonly HeadPrediction[]])[];

function answer(heads: readonly ModelHead[], embeddings: Matrix, topK: number | undefined): HeadAnswers {
  return heads.map(({ name, fitted, thresholds }) => {
    const scores = applyActivation(fitted.logits(embeddings), fitted.activation);
    return [name, toHeadPredictions({ head: fitted, scores, thresholds: thresholds?.tuned, topK })];
  });
}

function rowAnswers(answers: HeadAnswers, row: number): Record<string, HeadPrediction> {
  return Object.fromEntries(
    answers.map(([name, predictions]) => {
      const prediction = predictions[row];
      if (prediction !== undefined) return [name, prediction];
      throw new PolyheadError('INTERNAL', {
        message: `Head "${name}" gave ${predictions.length} predictions and none for row ${row}.`,
      });
    }),
  );
}

function predictRows(
  rows: readonly EncodedText[],
  heads: readonly ModelHead[],
  topK: number | undefined,
): Prediction[] {
  const [first] = rows;
  if (first === undefined) return [];
  const columns = first.embedding.length;
  const data = new Float32Array(rows.length * columns);
  rows.forEach(({ embedding }, row) => {
    data.set(embedding, row * columns);
  });
  const answers = answer(heads, { data, rows: rows.length, columns }, topK);
  return rows.map(({ text, truncated, tokenCount }, row) => ({
    text,
    truncated,
    tokenCount,
    heads: rowAnswers(answers, row),
  }));
}

function selectHeads(
  heads: ReadonlyMap<string, ModelHead>,
  asked: readonly string[] | undefined,
  directory: string,
): readonly ModelHead[] {
  if (asked === undefined) return [...heads.values()];
  assertHeadsExist(asked, [...heads.keys()], directory);
  return [...heads.values()].filter((head) => asked.includes(head.name));
}

function assertTopK(topK: number | undefined): void {
  if (topK === undefined || (Number.isInteger(topK) && topK >= 1)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `topK is ${topK}.`,
    remedy: 'Give a whole number from 1, or leave it out for all labels.',
    details: { field: 'topK', value: String(topK) },
  });
}

function releasedError(directory: string): PolyheadError {
  return new PolyheadError('SESSION_RELEASED', {
    message: `The model "${directory}" was used after it had been released.`,
    remedy: 'Load it again, or release it later.',
    details: { file: directory },
  });
}
