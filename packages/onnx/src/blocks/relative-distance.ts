import { intAttribute } from '../model/attributes.ts';
import type { EncoderContext } from './encoder-context.ts';

/** int64 `[sequence]`: 0, 1, 2 ... */
export function tokenPositions({ builder, inputShape }: EncoderContext): string {
  const length = builder.operation('Gather', [inputShape, builder.integer(1)], { axis: intAttribute(0) });
  return builder.operation('Range', [builder.integer(0), length, builder.integer(1)]);
}

/** int64 `[sequence, sequence]`: row (query) minus column (key). */
export function relativeDistances(context: EncoderContext): string {
  const { builder } = context;
  const positions = tokenPositions(context);
  const rows = builder.operation('Unsqueeze', [positions, builder.integers([1])]);
  const columns = builder.operation('Unsqueeze', [positions, builder.integers([0])]);
  return builder.operation('Sub', [rows, columns]);
}

/**
 * Looks a number up for every distance of -furthest ... furthest; distances beyond have the value of the furthest.
 * The table is a constant of the graph, so that logarithms are taken here, in double precision, and not in the graph.
 * @returns int64, in the shape of `distances`
 */
export function lookUpDistances(
  { builder }: EncoderContext,
  distances: string,
  table: { readonly name: string; readonly furthest: number; readonly value: (distance: number) => number },
): string {
  const { name, furthest, value } = table;
  const data = BigInt64Array.from({ length: 2 * furthest + 1 }, (_, index) => BigInt(value(index - furthest)));
  const values = builder.initializer(name, { dataType: 'int64', shape: [data.length], data });
  const shifted = builder.operation('Add', [distances, builder.integer(furthest)]);
  const clipped = builder.operation('Clip', [shifted, builder.integer(0), builder.integer(2 * furthest)]);
  return builder.operation('Gather', [values, clipped]);
}
