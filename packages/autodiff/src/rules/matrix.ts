import { readFloatAttribute, readIntAttribute } from '@polyhead/onnx';

import {
  outputGradient,
  type GradientRule,
  type InputGradient,
  type ProductGradient,
  type RuleContext,
} from '../gradient-rule.ts';
import type { GradientBuilder } from '../gradient-builder.ts';
import type { ProductOptions } from '../products.ts';
import { mapShapes, rankOf, type ValueShapes } from '../value-shape.ts';

/** Y = alpha A' B' + beta C, where A' and B' may be turned. */
export const gemm: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const gradient = outputGradient(context);
  const [left = '', right = ''] = node.inputs;
  const transA = readIntAttribute(node, 'transA', 0) === 1;
  const transB = readIntAttribute(node, 'transB', 0) === 1;
  const alpha = readFloatAttribute(node, 'alpha', 1);
  const product = (operands: readonly [string, string], options: ProductOptions, like: string): ProductGradient => ({
    shapes: builder.shapes(like),
    write: (factor, addend) => builder.gemmOfTurned(...operands, { ...options, alpha: factor * alpha, addend }),
  });
  const leftGradient = (): ProductGradient =>
    transA
      ? product([right, gradient], { transA: transB, transB: true }, left)
      : product([gradient, right], { transB: !transB }, left);
  const rightGradient = (): ProductGradient =>
    transB
      ? product([gradient, left], { transA: true, transB: transA }, right)
      : product([left, gradient], { transA: !transA }, right);
  return [
    wants(0) ? leftGradient() : undefined,
    wants(1) ? rightGradient() : undefined,
    wants(2) ? biasGradient(context) : undefined,
  ].slice(0, node.inputs.length);
};

function biasGradient(context: RuleContext): InputGradient {
  return { value: outputGradient(context), factor: readFloatAttribute(context.node, 'beta', 1) };
}

/** Product of stacks of matrices; vectors count as matrices of one row or column. */
export const matrixProduct: GradientRule = (context) => {
  const { builder, node, wants } = context;
  const [left = '', right = ''] = node.inputs;
  const [result = ''] = node.outputs;
  const isRow = rankOf(builder.shapes(left)) === 1;
  const isColumn = rankOf(builder.shapes(right)) === 1;
  const a = isRow ? asRow(builder, left) : left;
  const b = isColumn ? asColumn(builder, right) : right;
  const gradient = builder.reshape(outputGradient(context), asMatrices(builder.shapes(result), { isRow, isColumn }));
  const leftGradient = stackProduct(builder, {
    operands: [gradient, b],
    options: { transB: true },
    like: a,
  });
  // One matrix for all of a stack: the sum over the stack is part of the product.
  const rightGradient =
    rankOf(builder.shapes(b)) > 2
      ? stackProduct(builder, { operands: [a, gradient], options: { transA: true }, like: b })
      : joinedProduct(builder, { left: a, right: gradient, like: b });
  return [
    wants(0) ? inShapeOf(builder, left, leftGradient) : undefined,
    wants(1) ? inShapeOf(builder, right, rightGradient) : undefined,
  ];
};

/** A product of stacks, and the shape that it has before anything is summed. */
function stackProduct(
  builder: GradientBuilder,
  product: {
    readonly operands: readonly [string, string];
    readonly options: ProductOptions;
    readonly like: string;
  },
): ProductGradient {
  const { operands, options, like } = product;
  const stacks = builder.productShapes(...operands, options);
  return {
    // The stack may be larger than that of the operand, if that was repeated.
    shapes: stacks ?? builder.shapes(like),
    write: (alpha, addend) => {
      const written = builder.matrixProduct(...operands, { ...options, alpha });
      return addend === undefined ? written : builder.add(written, addend);
    },
  };
}

/** left' * right, where all rows of both stacks are one matrix each. */
function joinedProduct(
  builder: GradientBuilder,
  { left, right, like }: { readonly left: string; readonly right: string; readonly like: string },
): ProductGradient {
  return {
    shapes: builder.shapes(like),
    write: (alpha, addend) =>
      builder.gemmOfTurned(builder.toMatrix(left), builder.toMatrix(right), { transA: true, alpha, addend }),
  };
}

/** The gradient of a vector that was used as a matrix. */
function inShapeOf(builder: GradientBuilder, operand: string, gradient: ProductGradient): InputGradient {
  const shapes = builder.shapes(operand);
  if (rankOf(shapes) > 1) return gradient;
  const matrix = mapShapes(gradient.shapes, (shape) => shape.slice(-2));
  return builder.reshape(builder.unbroadcast(gradient.write(1, undefined), matrix), shapes);
}

function asRow(builder: GradientBuilder, name: string): string {
  return builder.reshape(
    name,
    mapShapes(builder.shapes(name), (shape) => [1, ...shape]),
  );
}

function asColumn(builder: GradientBuilder, name: string): string {
  return builder.reshape(
    name,
    mapShapes(builder.shapes(name), (shape) => [...shape, 1]),
  );
}

/** The shape of a product, with the dimension of size 1 that a vector brought in and that was dropped. */
function asMatrices(
  shapes: ValueShapes,
  { isRow, isColumn }: { readonly isRow: boolean; readonly isColumn: boolean },
): ValueShapes {
  return mapShapes(shapes, (shape) => {
    const columns = isColumn ? [1] : shape.slice(-1);
    const rest = isColumn ? shape : shape.slice(0, -1);
    return isRow ? [...rest, 1, ...columns] : [...rest, ...columns];
  });
}
