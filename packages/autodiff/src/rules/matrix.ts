import { readFloatAttribute, readIntAttribute } from '@polyhead/onnx';

import { outputGradient, type GradientRule, type RuleContext } from '../gradient-rule.ts';
import { mapShapes, rankOf } from '../value-shape.ts';

/** Y = alpha A' B' + beta C, where A' and B' may be turned. No operand is turned in memory. */
export const gemm: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const gradient = outputGradient(context);
  const [left = '', right = ''] = node.inputs;
  const transA = readIntAttribute(node, 'transA', 0) === 1;
  const transB = readIntAttribute(node, 'transB', 0) === 1;
  const alpha = readFloatAttribute(node, 'alpha', 1);
  const leftGradient = (): string =>
    transA
      ? builder.gemm(right, gradient, { transA: transB, transB: true, alpha })
      : builder.gemm(gradient, right, { transB: !transB, alpha });
  const rightGradient = (): string =>
    transB
      ? builder.gemm(gradient, left, { transA: true, transB: transA, alpha })
      : builder.gemm(left, gradient, { transA: !transA, alpha });
  return [
    wants(0) ? leftGradient() : undefined,
    wants(1) ? rightGradient() : undefined,
    wants(2) ? scaledBias(context, gradient) : undefined,
  ].slice(0, node.inputs.length);
};

function scaledBias({ builder, node }: RuleContext, gradient: string): string {
  const beta = readFloatAttribute(node, 'beta', 1);
  const bias = node.inputs[2] ?? '';
  return builder.scale(builder.unbroadcast(gradient, builder.shapes(bias)), beta);
}

/** Product of stacks of matrices; vectors count as matrices of one row or column. */
export const matrixProduct: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const [leftName = '', rightName = ''] = node.inputs;
  const isRow = rankOf(builder.shapes(leftName)) === 1;
  const isColumn = rankOf(builder.shapes(rightName)) === 1;
  const left = isRow ? builder.reshape(leftName, asRow(builder.shapes(leftName))) : leftName;
  const right = isColumn ? builder.reshape(rightName, asColumn(builder.shapes(rightName))) : rightName;
  const gradient = builder.reshape(
    outputGradient(context),
    mapShapes(builder.shapes(outputGradient(context)), (shape) => {
      const withRow = isRow
        ? [...shape.slice(0, isColumn ? undefined : -1), 1, ...shape.slice(isColumn ? shape.length : -1)]
        : shape;
      return isColumn ? [...withRow, 1] : withRow;
    }),
  );
  const leftGradient = (): string => builder.matrixProduct(gradient, right, { transB: true });
  const rightGradient = (): string => {
    // One matrix for all of a stack: the sum over the stack is part of the product.
    if (rankOf(builder.shapes(right)) > 2) return builder.matrixProduct(left, gradient, { transA: true });
    return builder.gemm(builder.toMatrix(left), builder.toMatrix(gradient), { transA: true });
  };
  const unstack = (value: string, operand: string, isVector: boolean): string => {
    if (!isVector) return value;
    const like = mapShapes(builder.shapes(operand), (shape) => shape);
    return builder.reshape(builder.unbroadcast(value, like), builder.shapes(operand === left ? leftName : rightName));
  };
  return [
    wants(0) ? unstack(leftGradient(), left, isRow) : undefined,
    wants(1) ? unstack(rightGradient(), right, isColumn) : undefined,
  ];
};

function asRow(shapes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return mapShapes(shapes, (shape) => [1, ...shape]);
}

function asColumn(shapes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return mapShapes(shapes, (shape) => [...shape, 1]);
}
