import { intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** float32's lowest: finite, so that a row without any token gives numbers and not NaN. */
export const maskedScore = -3.4028234663852886e38;

/** The ONNX number of float32, for Cast. */
export const float32Code = 1;

/** float32 `[batch, 1, 1, sequence]`: 0 at tokens and float32's lowest at padding; made once and added to the scores of all layers. */
export function attentionBias({ builder, attentionMask }: EncoderContext): string {
  return builder.within('attention_bias', () => {
    const mask = builder.operation('Cast', [attentionMask], { to: intAttribute(float32Code) });
    const padding = builder.operation('Sub', [builder.scalar(1), mask]);
    const bias = builder.operation('Mul', [padding, builder.scalar(maskedScore)]);
    return builder.operation('Unsqueeze', [bias, builder.integers([1, 2])]);
  });
}
