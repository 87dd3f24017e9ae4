import { PolyheadError, type EncoderParameter } from '@polyhead/types';
import { countLayers } from './choose-parameters.ts';

/**
 * The deeper a layer lies, the slower it learns.
 * @returns what a parameter's learning rate is multiplied by
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function createLayerDecay(
  parameters: readonly EncoderParameter[],
  decay: number,
): (parameter: EncoderParameter) => number {
  if (!(decay > 0 && decay <= 1)) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The layer decay is ${decay}, but must be above 0 and at most 1.`,
      details: { layerDecay: decay },
    });
  }
  const layers = countLayers(parameters);
  return ({ layer }) => decay ** (layers - layer);
}
