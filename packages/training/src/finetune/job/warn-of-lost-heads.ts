import { join } from 'node:path';
import { pathExists } from '@polyhead/files';
import { readManifest } from '@polyhead/model';
import type { TrainOptions } from '../../train-options.ts';

/** A model folder that training begins with, and the heads that are trained. */
export interface ContinuedTraining {
  /** Reference of the encoder that training begins with. */
  readonly reference: string;
  /** Names of the heads of the new model. */
  readonly heads: readonly string[];
}

/**
 * Warns where training begins with the encoder of a saved model that has heads which are not trained: they belong to the encoder
 * as it was, so the new model does not have them.
 */
export async function warnOfLostHeads(
  { reference, heads }: ContinuedTraining,
  { onWarning }: Pick<TrainOptions, 'onWarning'>,
): Promise<void> {
  if (onWarning === undefined || !(await pathExists(join(reference, 'polyhead.json')))) return;
  const lost = (await readManifest(reference)).heads.map(({ name }) => name).filter((name) => !heads.includes(name));
  if (lost.length === 0) return;
  onWarning({
    head: undefined,
    message:
      `"${reference}" has ${lost.length === 1 ? 'the head' : 'the heads'} ${lost.join(', ')}, which the new model will not have: ` +
      'its encoder learns further. Train them too, or add heads to the model as it is with "polyhead head add".',
  });
}
