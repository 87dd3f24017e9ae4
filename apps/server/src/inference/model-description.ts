import { basename, isAbsolute } from 'node:path';
import type { Model, ModelHead } from '@polyhead/model';
import type { HeadManifest, PoolingMode, Task, ZeroShotClassifier, ZeroShotMethod } from '@polyhead/types';

/** A head as clients see it. */
export interface HeadDescription {
  readonly name: string;
  readonly type: string;
  readonly task: Task;
  readonly labels: readonly string[];
  readonly displayNames: Readonly<Record<string, string>> | undefined;
  /** The score from which on a label is assigned; undefined unless the head is multi-label. */
  readonly thresholds: Readonly<Record<string, number>> | undefined;
  /** How the thresholds were found; undefined if nobody tuned them. */
  readonly thresholdsTunedOn: string | undefined;
  /** What logits are divided by, so that scores can be believed; undefined if the head is not calibrated. */
  readonly temperature: number | undefined;
  /** The score of the best label below which the head abstains; undefined if it always answers. */
  readonly abstainBelow: number | undefined;
  /** ISO 8601. */
  readonly trainedAt: string;
}

/** A loaded model as clients see it. Crosses threads, so plain data only. */
export interface ModelDescription {
  readonly encoder: {
    /** A folder is only named, since its path is nobody's business. */
    readonly reference: string;
    readonly digest: string;
    readonly dimension: number;
    readonly maximumLength: number;
    readonly pooling: PoolingMode;
    readonly normalized: boolean;
  };
  readonly heads: readonly HeadDescription[];
  /** How labels of requests are scored; undefined if the server does not take any. */
  readonly zeroShot: { readonly method: ZeroShotMethod } | undefined;
}

/** What a description is made from. */
export type DescribedModel = Pick<Model, 'manifest' | 'heads'> & {
  readonly zeroShot?: Pick<ZeroShotClassifier, 'method'> | undefined;
};

const defaultThreshold = 0.5;

/** Describes a loaded model. */
export function describeModel({ manifest, heads, zeroShot }: DescribedModel): ModelDescription {
  const { reference, digest, dimension, maximumLength, pooling, normalized } = manifest.encoder;
  return {
    encoder: {
      reference: isAbsolute(reference) ? basename(reference) : reference,
      digest,
      dimension,
      maximumLength,
      pooling,
      normalized,
    },
    heads: manifest.heads.map((head) => describeHead(head, heads.get(head.name))),
    zeroShot: zeroShot === undefined ? undefined : { method: zeroShot.method },
  };
}

function describeHead(head: HeadManifest, loaded: ModelHead | undefined): HeadDescription {
  const { name, type, task, labels, displayNames, trainedAt } = head;
  const tuned = loaded?.thresholds?.tuned ?? {};
  const thresholdOf = (label: string): number =>
    (Object.hasOwn(tuned, label) ? tuned[label] : undefined) ?? defaultThreshold;
  return {
    name,
    type,
    task,
    labels,
    displayNames,
    thresholds:
      task === 'multi-label' ? Object.fromEntries(labels.map((label) => [label, thresholdOf(label)])) : undefined,
    thresholdsTunedOn: loaded?.thresholds?.tunedOn,
    temperature: head.calibration?.temperature,
    abstainBelow: head.abstention?.threshold,
    trainedAt,
  };
}
