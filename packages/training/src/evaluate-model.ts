import type { HeadTypeRegistry } from '@polyhead/heads';
import { loadModel, type Model, type ModelHead } from '@polyhead/model';
import { PolyheadError, type LabeledTexts, type Logger } from '@polyhead/types';
import { loadRowsForHeads, type EvaluationSource } from './data/evaluation-data.ts';
import { encodeDistinctTexts } from './data/text-embeddings.ts';
import { evaluateHead, type Evaluation } from './heads/evaluate-scores.ts';
import { Stopwatch } from './stopwatch.ts';
import type { TrainingListeners } from './training-events.ts';

/** What to measure and on which rows. */
export interface EvaluateOptions extends EvaluationSource, Pick<TrainingListeners, 'onProgress' | 'onWarning'> {
  /** @default every head whose columns and labels the file has */
  readonly head?: string | undefined;
  readonly registry?: HeadTypeRegistry;
  readonly signal?: AbortSignal | undefined;
  readonly logger?: Logger | undefined;
}

/** The figures of a model's heads on one file. */
export interface EvaluationReport {
  /** The rows given stand under `test`: they are rows that the heads were not trained on. */
  readonly heads: Readonly<Record<string, { readonly test: Evaluation }>>;
  readonly seconds: Readonly<Record<string, number>>;
  readonly counts: {
    readonly distinct_texts: number;
    readonly truncated_texts: number;
    readonly heads: Readonly<Record<string, { readonly test: number }>>;
  };
}

/**
 * Measures a saved model's heads on a labelled file, as they are calibrated, with the stored thresholds and at 0.5.
 * @throws {PolyheadError} HEAD_NOT_FOUND, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, DATA_EMPTY, and errors of loading and reading
 */
export async function evaluateModel(directory: string, options: EvaluateOptions): Promise<EvaluationReport> {
  const stopwatch = new Stopwatch();
  const { registry, logger } = options;
  const model = await stopwatch.measure('load model', () =>
    loadModel(directory, { ...(registry === undefined ? {} : { registry }), logger }),
  );
  try {
    const heads = options.head === undefined ? [...model.heads.values()] : [findHead(model, options.head)];
    const oneOfSeveral = model.heads.size > 1;
    const rows = await stopwatch.measure('read data', () =>
      loadRowsForHeads(options, heads, { ...options, oneOfSeveral }),
    );
    const embeddings = await stopwatch.measure('encode', () =>
      encodeDistinctTexts(
        model.encoder,
        [...rows.values()].map(({ texts }) => texts),
        options,
      ),
    );
    const evaluations = await stopwatch.measure('evaluate', () =>
      [...rows].map(([name, { texts, targets }]) => {
        const head = findHead(model, name);
        const logits = head.fitted.logits(embeddings.select(texts));
        return [name, { test: evaluateHead(head, { targets, logits }).evaluation }] as const;
      }),
    );
    return {
      heads: Object.fromEntries(evaluations),
      seconds: stopwatch.toJson(),
      counts: {
        distinct_texts: embeddings.size,
        truncated_texts: embeddings.truncated,
        heads: Object.fromEntries([...rows].map(countTest)),
      },
    };
  } finally {
    await model.release();
  }
}

function countTest([name, rows]: [string, LabeledTexts]): [string, { test: number }] {
  return [name, { test: rows.texts.length }];
}

/**
 * A head of a model by name.
 * @throws {PolyheadError} HEAD_NOT_FOUND
 */
export function findHead(model: Model, name: string): ModelHead {
  const head = model.heads.get(name);
  if (head !== undefined) return head;
  const names = [...model.heads.keys()];
  throw new PolyheadError('HEAD_NOT_FOUND', {
    message: `The model in "${model.directory}" has no head "${name}".`,
    remedy: `It has: ${names.join(', ')}.`,
    details: { head: name, heads: names },
  });
}
