import { PolyheadError, type EncoderParameter } from '@polyhead/types';
import type { TrainableChoice } from './trainable-options.ts';

/** Which parameters are trained. @throws {PolyheadError} INVALID_ARGUMENT if a number of layers makes no sense */
export function chooseParameters(
  parameters: readonly EncoderParameter[],
  choice: TrainableChoice,
): (parameter: EncoderParameter) => boolean {
  if (choice === 'all') return () => true;
  if (choice === 'none') return () => false;
  if (choice === 'biases') return ({ role, name }) => role === 'bias' || name.endsWith('.bias');
  const layers = countLayers(parameters);
  const { lastLayers } = choice;
  if (!Number.isInteger(lastLayers) || lastLayers < 1 || lastLayers > layers) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The last ${lastLayers} layers are to be trained, but the encoder has ${layers}.`,
      remedy: `Give a whole number from 1 to ${layers}, or train all parameters.`,
      details: { lastLayers, layers },
    });
  }
  return ({ layer }) => layer > layers - lastLayers;
}

/** How many layers an encoder has. */
export function countLayers(parameters: readonly EncoderParameter[]): number {
  return parameters.reduce((highest, { layer }) => Math.max(highest, layer), 0);
}
