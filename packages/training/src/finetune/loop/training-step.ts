import type { Optimizer } from '@polyhead/numerics';
import { PolyheadError, type Encoding, type RandomGenerator, type TrainableEncoder } from '@polyhead/types';
import type { Objective, ObjectiveResult, TrainingBatch } from '../objective/objective.ts';
import { scaleInPlace, sumOfSquares } from './kernels/gradients.ts';
import type { StepRates } from './learning-rates.ts';

/** What takes part in every step. */
export interface TrainingParts<Batch extends TrainingBatch> {
  readonly encoder: TrainableEncoder;
  readonly objective: Objective<Batch>;
  /** Moves the objective's parameters. */
  readonly optimizer: Optimizer;
}

/** What is different in every step. */
export interface StepOptions {
  /** Counted from 1, for messages. */
  readonly step: number;
  readonly learningRates: StepRates;
  /** Largest joint norm of all gradients; 0 for no limit. */
  readonly gradientClip: number;
  readonly random: RandomGenerator;
}

/** What came of a step. */
export interface StepResult {
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
  /** Of all gradients, before clipping. */
  readonly gradientNorm: number;
  /** Of the encoder's gradients among them; 0 if it does not learn. */
  readonly encoderGradientNorm: number;
  /** Tokens that went through the encoder, without padding. */
  readonly tokens: number;
}

/**
 * One step: texts go forward, the objective gives the loss and the gradient of their embeddings, that goes back, all
 * gradients are clipped together, all parameters move.
 * @param texts of the batch, each once
 * @throws {PolyheadError} TRAINING_DIVERGED if a loss or gradient is not finite; nothing has moved then
 */
export async function trainStep<Batch extends TrainingBatch>(
  { encoder, objective, optimizer }: TrainingParts<Batch>,
  { batch, texts }: { readonly batch: Batch; readonly texts: readonly Encoding[] },
  options: StepOptions,
): Promise<StepResult> {
  const { random, learningRates, gradientClip } = options;
  const dropoutSeed = random.fork('encoder dropout').integer(2 ** 31);
  const pass = await encoder.forward(texts, { dropoutSeed });
  let result: ObjectiveResult;
  try {
    result = objective.evaluate(pass.embeddings, batch, random.fork('objective'));
    assertFiniteLoss(result, options);
  } catch (error) {
    pass.discard();
    throw error;
  }
  const learns = encoder.parameters.length > 0;
  if (learns) await pass.backward(result.embeddingGradient);
  else pass.discard();
  const encoderSquares = learns ? await encoder.sumGradients() : 0;
  const gradientNorm = Math.sqrt(encoderSquares + sumOfAll(result));
  if (!Number.isFinite(gradientNorm)) {
    await encoder.discardGradients();
    throw diverged(`The norm of the gradients is ${gradientNorm}`, options);
  }
  const gradientScale = gradientClip > 0 ? Math.min(1, gradientClip / (gradientNorm + 1e-6)) : 1;
  if (gradientScale < 1) for (const gradient of result.gradients.values()) scaleInPlace(gradient, gradientScale);
  moveObjective({ objective, optimizer }, result, learningRates);
  if (learns) await encoder.update({ learningRate: learningRates.encoder, gradientScale });
  const tokens = texts.reduce((sum, { ids }) => sum + ids.length, 0);
  const encoderGradientNorm = Math.sqrt(encoderSquares);
  return { loss: result.loss, parts: result.parts, gradientNorm, encoderGradientNorm, tokens };
}

/** Parameters of each kind move at their own rate. */
function moveObjective<Batch extends TrainingBatch>(
  { objective, optimizer }: Pick<TrainingParts<Batch>, 'objective' | 'optimizer'>,
  { gradients }: ObjectiveResult,
  rates: StepRates,
): void {
  for (const kind of ['heads', 'uncertainties'] as const) {
    const own = new Map([...gradients].filter(([name]) => objective.kindOf(name) === kind));
    if (own.size > 0) optimizer.step(objective.parameters, own, rates[kind]);
  }
}

function sumOfAll({ gradients }: ObjectiveResult): number {
  return Array.from(gradients.values(), sumOfSquares).reduce((sum, value) => sum + value, 0);
}

function assertFiniteLoss({ loss, parts }: ObjectiveResult, options: StepOptions): void {
  const wrong = Object.entries(parts).find(([, value]) => !Number.isFinite(value));
  if (wrong !== undefined) throw diverged(`The loss of "${wrong[0]}" is ${wrong[1]}`, options, wrong[0]);
  if (!Number.isFinite(loss)) throw diverged(`The loss is ${loss}`, options);
}

function diverged(what: string, { step, learningRates }: StepOptions, head?: string): PolyheadError {
  const { encoder, heads } = learningRates;
  return new PolyheadError('TRAINING_DIVERGED', {
    message: `${what} in step ${step}, at a learning rate of ${encoder} (encoder) and ${heads} (heads).`,
    remedy:
      'Lower the learning rate, to a tenth for instance, lengthen the warm-up, or check the data for extreme values.',
    details: { step, learningRate: encoder, headLearningRate: heads, ...(head === undefined ? {} : { head }) },
  });
}
