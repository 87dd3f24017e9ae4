import * as tf from '@tensorflow/tfjs-core';
import { PolyheadError } from '@polyhead/types';
import { headLogits } from '../heads/head-logits.ts';
import type { JointHead } from '../heads/joint-head.ts';
import type { TrainingTargets } from '../heads/training-targets.ts';
import { dropOut } from './dropout-mask.ts';
import type { Objective, TrainingBatch } from './objective.ts';
import { uncertainLoss, type WeightedBy } from './task-weights.ts';
import { createTensorObjective, toRows, type TensorLoss, type TensorParameter } from './tensor-objective.ts';

/** The rows of a batch that have a target of one head. */
export interface HeadBatch {
  readonly head: string;
  /** `[targets]`: places in {@link JointBatch.rowTexts}. */
  readonly rows: Int32Array;
  readonly targets: TrainingTargets;
}

/** A batch of rows for several heads. */
export interface JointBatch extends TrainingBatch {
  /** `[rows]`: for each row the place of its text in `texts`. */
  readonly rowTexts: Int32Array;
  /** Heads that the batch has targets of. */
  readonly heads: readonly HeadBatch[];
}

/** What {@link createJointObjective} is made from. */
export interface JointObjectiveOptions {
  readonly heads: readonly JointHead[];
  /** @default 'weights' */
  readonly weightedBy?: WeightedBy;
  /** Share of each embedding's numbers that is dropped before the heads. */
  readonly dropout: number;
}

/**
 * The weighted sum of the heads' losses, each the mean over the rows of the batch that have its target. All heads see the
 * same embedding with the same dropout. Parameters are those of the heads as `NAME/PARAMETER`, and `NAME/log-variance` where
 * uncertainties are learned, else `NAME/weight`, which has no gradient and is there to be kept with the others.
 */
export function createJointObjective(options: JointObjectiveOptions): Objective<JointBatch> {
  const { heads, weightedBy = 'weights', dropout } = options;
  const byName = new Map(heads.map((head) => [head.name, head]));
  const learned = weightedBy === 'uncertainty';
  return createTensorObjective<JointBatch>({
    parameters: new Map(heads.flatMap((head) => headParameters(head, learned))),
    used: (batch) => batch.heads.flatMap(({ head }) => usedNames(required(byName.get(head), head), learned)),
    loss: ({ embeddings, batch, parameters, random }) => {
      const rows = dropOut(toRows(embeddings, batch.rowTexts), dropout, random);
      const parts = batch.heads.map((part): [string, tf.Tensor] => {
        const head = required(byName.get(part.head), part.head);
        const own = Object.keys(head.differentiable.parameters).map((name): [string, tf.Tensor] => [
          name,
          required(parameters.get(`${part.head}/${name}`), part.head),
        ]);
        const logits = headLogits(head, toRows(rows, part.rows), Object.fromEntries(own));
        return [part.head, head.loss.compute(logits, toTensor(part.targets))];
      });
      const terms = parts.map(([name, loss]) => {
        const { task, weight } = required(byName.get(name), name);
        if (!learned) return tf.mul(loss, weight[0] ?? 1);
        return uncertainLoss(loss, tf.reshape(required(parameters.get(`${name}/log-variance`), name), []), task);
      });
      return sumUp(terms, parts);
    },
  });
}

function headParameters({ name, differentiable, weight }: JointHead, learned: boolean): [string, TensorParameter][] {
  const own = Object.entries(differentiable.parameters).map(([parameter, value]): [string, TensorParameter] => [
    `${name}/${parameter}`,
    value,
  ]);
  if (!learned) return [...own, [`${name}/weight`, { shape: [1], data: weight }]];
  return [...own, [`${name}/log-variance`, { shape: [1], data: new Float32Array(1), kind: 'uncertainties' }]];
}

function usedNames({ name, differentiable }: JointHead, learned: boolean): string[] {
  const own = Object.keys(differentiable.parameters).map((parameter) => `${name}/${parameter}`);
  return learned ? [...own, `${name}/log-variance`] : own;
}

function toTensor({ values, width, rank }: TrainingTargets): tf.Tensor {
  return rank === 1 ? tf.tensor1d(values) : tf.tensor2d(values, [values.length / width, width]);
}

function sumUp(terms: readonly tf.Tensor[], parts: readonly [string, tf.Tensor][]): TensorLoss {
  const [first, ...rest] = terms;
  if (first === undefined) throw new PolyheadError('INTERNAL', { message: 'A batch has no target of any head.' });
  return { total: rest.reduce((sum, term) => tf.add(sum, term), first), parts: Object.fromEntries(parts) };
}

function required<Value>(value: Value | undefined, head: string): Value {
  if (value !== undefined) return value;
  throw new PolyheadError('INTERNAL', { message: `A batch has targets of the unknown head "${head}".` });
}
