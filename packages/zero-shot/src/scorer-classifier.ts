import {
  PolyheadError,
  assertNotAborted,
  type ZeroShotClassifier,
  type ZeroShotInput,
  type ZeroShotOptions,
  type ZeroShotPrediction,
} from '@polyhead/types';
import { decideLabels, type DecisionOptions } from './decide-labels.ts';
import type { LabelLogits, LabelScorer, ScoringRequest } from './label-scorer.ts';
import { createRequestPreparation, type RequestPreparation } from './prepare-requests.ts';

type Inputs = AsyncIterable<string | ZeroShotInput> | Iterable<string | ZeroShotInput>;

/** Most texts, and most UTF-16 units of text, that are held at once. */
const textsAtOnce = 2048;
const unitsAtOnce = 8_000_000;

/** What all methods have in common: checks, label sets, chunks, scores and decisions. */
export function createScorerClassifier(scorer: LabelScorer): ZeroShotClassifier {
  let released = false;
  const assertOpen = (): void => {
    if (released) throw releasedError();
  };
  return {
    method: scorer.method,
    async classify(texts, options = {}) {
      assertOpen();
      const predictions: ZeroShotPrediction[] = [];
      // All is checked before anything is computed, unlike in a stream.
      const prepare = createRequestPreparation(options);
      const requests = texts.map((input, index) => prepare(input, index));
      const stream = classifyChunks(scorer, chunk(requests, scorer), { options, total: texts.length });
      for await (const prediction of stream) predictions.push(prediction);
      return predictions;
    },
    classifyStream(texts, options = {}) {
      assertOpen();
      const prepare = createRequestPreparation(options);
      const requests = prepareAll(texts, prepare);
      return classifyChunks(scorer, chunk(requests, scorer), { options, total: undefined });
    },
    release: async () => {
      released = true;
      await scorer.release();
    },
  };
}

function releasedError(): PolyheadError {
  return new PolyheadError('SESSION_RELEASED', {
    message: 'The zero-shot classifier was used after it had been released.',
    remedy: 'Make another one, or release it later.',
  });
}

async function* prepareAll(texts: Inputs, prepare: RequestPreparation): AsyncGenerator<ScoringRequest> {
  let index = 0;
  for await (const input of texts) yield prepare(input, index++);
}

async function* chunk(
  requests: AsyncIterable<ScoringRequest> | Iterable<ScoringRequest>,
  { pairsAtOnce, costOf }: Pick<LabelScorer, 'pairsAtOnce' | 'costOf'>,
): AsyncGenerator<ScoringRequest[]> {
  let held: ScoringRequest[] = [];
  let pairs = 0;
  let units = 0;
  for await (const request of requests) {
    const more = costOf(request.set);
    if (held.length > 0 && (pairs + more > pairsAtOnce || held.length >= textsAtOnce || units >= unitsAtOnce)) {
      yield held;
      held = [];
      pairs = 0;
      units = 0;
    }
    held.push(request);
    pairs += more;
    units += request.text.length;
  }
  if (held.length > 0) yield held;
}

async function* classifyChunks(
  scorer: LabelScorer,
  chunks: AsyncIterable<readonly ScoringRequest[]>,
  { options, total }: { readonly options: ZeroShotOptions; readonly total: number | undefined },
): AsyncGenerator<ZeroShotPrediction> {
  const { signal, onProgress, longText = 'truncate', multiLabel = false, threshold, topK } = options;
  const decision: DecisionOptions = { multiLabel, threshold, topK };
  let before = 0;
  for await (const requests of chunks) {
    assertNotAborted(signal);
    const onPart = (part: number): void =>
      onProgress?.({ phase: 'classifying', done: before + Math.floor(part * requests.length), total, unit: 'texts' });
    const logits = await scorer.score(requests, { longText, signal, onPart });
    before += requests.length;
    for (const [index, { text, set }] of requests.entries()) {
      const answer = logits[index];
      if (answer === undefined) throw new PolyheadError('INTERNAL', { message: `Text ${index} got no answer.` });
      assertFinite(answer, set.labels, before - requests.length + index);
      const { truncated, tokenCount } = answer;
      const { labels, scores } = decideLabels(set, answer, decision);
      yield { text, labels, scores, method: scorer.method, truncated, tokenCount };
    }
  }
}

/** A model whose numbers overflow must not look like one that is not sure. */
function assertFinite({ exclusive, independent }: LabelLogits, labels: readonly string[], text: number): void {
  const isFinite = (_: string, place: number): boolean =>
    Number.isFinite(exclusive[place]) && Number.isFinite(independent[place]);
  if (labels.every(isFinite)) return;
  throw new PolyheadError('NOT_FINITE', {
    message: `The model gives no finite number for text ${text} and its labels.`,
    remedy: 'Look whether the model is whole; one in float16 may need float32.',
    details: { text },
  });
}
