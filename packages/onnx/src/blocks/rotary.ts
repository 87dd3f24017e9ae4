import { intAttribute } from '../model/attributes.ts';
import { float32Code } from './attention-bias.ts';
import type { EncoderContext } from './encoder-context.ts';
import { tokenPositions } from './relative-distance.ts';

/** Cosines and sines of the angles, `[sequence, headSize / 2]` each. */
export interface RotaryAngles {
  readonly cosine: string;
  readonly sine: string;
}

/** Angle of position p and pair k: p * base ** (-2 k / headSize) (Su et al. 2021). */
export function rotaryAngles(
  context: EncoderContext,
  options: { readonly headSize: number; readonly base: number },
): RotaryAngles {
  const { builder } = context;
  const half = options.headSize / 2;
  const frequencies = Float32Array.from({ length: half }, (_, index) => options.base ** (-index / half));
  const row = builder.initializer(`rotary_frequencies(${options.base})`, {
    dataType: 'float32',
    shape: [1, half],
    data: frequencies,
  });
  const positions = builder.operation('Cast', [tokenPositions(context)], { to: intAttribute(float32Code) });
  const angles = builder.operation('Mul', [builder.operation('Unsqueeze', [positions, builder.integers([1])]), row]);
  return { cosine: builder.operation('Cos', [angles]), sine: builder.operation('Sin', [angles]) };
}

/** Turns each pair (component k, component k + half) of `[batch, heads, sequence, headSize]` by its angle. */
export function rotate({ builder }: EncoderContext, input: string, { cosine, sine }: RotaryAngles): string {
  const [first = '', second = ''] = builder.node('Split', [input], {
    outputs: 2,
    attributes: { axis: intAttribute(-1), num_outputs: intAttribute(2) },
  });
  const times = (left: string, right: string): string => builder.operation('Mul', [left, right]);
  const turnedFirst = builder.operation('Sub', [times(first, cosine), times(second, sine)]);
  const turnedSecond = builder.operation('Add', [times(second, cosine), times(first, sine)]);
  return builder.operation('Concat', [turnedFirst, turnedSecond], { axis: intAttribute(-1) });
}
