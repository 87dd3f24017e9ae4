import { intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** float32's lowest: finite, so that a row without any token gives numbers and not NaN. */
export const maskedScore = -3.4028234663852886e38;

/** The ONNX number of float32, for Cast. */
export const float32Code = 1;

/** float32 `[batch, sequence]`: 1 at tokens and 0 at padding. */
export function floatMask({ builder, attentionMask }: Pick<EncoderContext, 'builder' | 'attentionMask'>): string {
  return builder.operation('Cast', [attentionMask], { to: intAttribute(float32Code) });
}

/** float32 `[batch, 1, 1, sequence]`: 0 at tokens and float32's lowest at padding; made once and added to the scores of all layers. */
export function attentionBias(context: EncoderContext): string {
  const { builder } = context;
  return builder.within('attention_bias', () => {
    const mask = floatMask(context);
    const padding = builder.operation('Sub', [builder.scalar(1), mask]);
    const bias = builder.operation('Mul', [padding, builder.scalar(maskedScore)]);
    return builder.operation('Unsqueeze', [bias, builder.integers([1, 2])]);
  });
}
