import { intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** `[batch, sequence, size]` to `[tokens, size]`. */
export function flattenTokens({ builder }: EncoderContext, input: string, size: number): string {
  return builder.operation('Reshape', [input, builder.integers([-1, size])]);
}

/** `[tokens, size]` to `[batch, sequence, size]`. */
export function unflattenTokens({ builder, inputShape }: EncoderContext, input: string, size: number): string {
  const shape = builder.operation('Concat', [inputShape, builder.integers([size])], { axis: intAttribute(0) });
  return builder.operation('Reshape', [input, shape]);
}
