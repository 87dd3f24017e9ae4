import { scoreLogits, toHeadPredictions } from '@polyhead/heads';
import {
  assertNotAborted,
  PolyheadError,
  type EncodedText,
  type EncodeOptions,
  type Encoder,
  type FittedHead,
  type HeadAbstention,
  type HeadCalibration,
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
  /** Without it scores are as the head gives them. */
  readonly calibration: HeadCalibration | undefined;
  /** Single-label heads only; without it the head always answers. */
  readonly abstention: HeadAbstention | undefined;
}

/** How texts are classified. */
export interface PredictOptions extends EncodeOptions {
  /** Heads that answer. @default all */
  readonly heads?: readonly string[] | undefined;
  /** Longest list of scores of a head; decisions do not depend on it. @default all labels */
  readonly topK?: number | undefined;
  /** The score of the best label below which single-label heads abstain, in [0, 1]; 0: never. @default what each head was trained to */
  readonly abstainBelow?: number | undefined;
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
   * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT, TASK_UNSUPPORTED, INVALID_TEXT, ABORTED, SESSION_RELEASED
   */
  predict(texts: readonly string[], options?: PredictOptions): Promise<Prediction[]>;
  /**
   * Classifies a stream of any length in bounded memory; keeps the order.
   * @throws {PolyheadError} HEAD_NOT_FOUND, INVALID_ARGUMENT, TASK_UNSUPPORTED, INVALID_TEXT, ABORTED, SESSION_RELEASED
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
    const asked = selectHeads(heads, options.heads, directory);
    assertAbstainBelow(options.abstainBelow, asked);
    return asked;
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
      const answers = answer(asked, embeddings, options);
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
        yield* predictRows(rows, asked, options);
        rows = [];
      }
      yield* predictRows(rows, asked, options);
    },
    async release() {
      if (released) return;
      released = true;
      if (ownsEncoder) await encoder.release();
    },
  };
}

type HeadAnswers = readonly (readonly [name: string, predictions: readonly HeadPrediction[]])[];

type DecisionOptions = Pick<PredictOptions, 'topK' | 'abstainBelow'>;

function answer(heads: readonly ModelHead[], embeddings: Matrix, options: DecisionOptions): HeadAnswers {
  return heads.map((head) => {
    const { name, fitted, thresholds, abstention } = head;
    const abstainBelow = fitted.task === 'single-label' ? (options.abstainBelow ?? abstention?.threshold) : undefined;
    const decision = { scores: scoreHead(head, embeddings), thresholds: thresholds?.tuned, abstainBelow };
    return [name, toHeadPredictions({ head: fitted, ...decision, topK: options.topK })];
  });
}

/**
 * The scores of a head, calibrated if it is.
 * @param embeddings `[rows, dimension]`
 * @returns `[rows, labels]`: probabilities, or the values themselves for regression
 */
export function scoreHead(
  { fitted, calibration }: Pick<ModelHead, 'fitted' | 'calibration'>,
  embeddings: Matrix,
): Matrix {
  return scoreLogits(fitted.logits(embeddings), fitted, calibration?.temperature);
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
  options: DecisionOptions,
): Prediction[] {
  const [first] = rows;
  if (first === undefined) return [];
  const columns = first.embedding.length;
  const data = new Float32Array(rows.length * columns);
  rows.forEach(({ embedding }, row) => {
    data.set(embedding, row * columns);
  });
  const answers = answer(heads, { data, rows: rows.length, columns }, options);
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

function assertAbstainBelow(abstainBelow: number | undefined, asked: readonly ModelHead[]): void {
  if (abstainBelow === undefined) return;
  if (!(abstainBelow >= 0 && abstainBelow <= 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `abstainBelow is ${abstainBelow}.`,
      remedy: 'Give a probability from 0 to 1, or leave it out for what the heads were trained to.',
      details: { field: 'abstainBelow', value: String(abstainBelow) },
    });
  }
  if (asked.some(({ fitted }) => fitted.task === 'single-label')) return;
  throw new PolyheadError('TASK_UNSUPPORTED', {
    message: `None of the heads ${asked.map(({ name }) => name).join(', ')} gives one label a text, so none can abstain.`,
    remedy: 'Leave abstainBelow out; multi-label heads have thresholds.',
    details: { heads: asked.map(({ name }) => name) },
  });
}

function releasedError(directory: string): PolyheadError {
  return new PolyheadError('SESSION_RELEASED', {
    message: `The model "${directory}" was used after it had been released.`,
    remedy: 'Load it again, or release it later.',
    details: { file: directory },
  });
}
