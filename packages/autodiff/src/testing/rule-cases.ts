import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '@polyhead/onnx';

import {
  indices,
  integers,
  missing,
  number,
  positive,
  separated,
  smooth,
  truths,
  type CaseInput,
  type RuleCase,
  type Sizes,
} from './rule-case.ts';

type Options = Omit<RuleCase, 'operator' | 'title' | 'inputs'>;
type Inputs = (sizes: Sizes) => readonly CaseInput[];

function of(operator: string, title: string, [inputs, options = {}]: readonly [Inputs, Options?]): RuleCase {
  return { operator, title, inputs, ...options };
}

/** The ways in which shapes of two operands can differ. */
function broadcasting(operator: string, right: typeof smooth, left: typeof smooth = smooth): readonly RuleCase[] {
  return [
    of(operator, 'equal shapes', [({ batch, length }) => [left(batch, length), right(batch, length)]]),
    of(operator, 'a row', [({ batch, length }) => [left(batch, length, 3), right(3)]]),
    of(operator, 'a column', [({ batch, length }) => [left(batch, length, 3), right(batch, length, 1)]]),
    of(operator, 'a number', [({ batch, length }) => [left(batch, length), right()]]),
    of(operator, 'both repeated', [({ batch, length }) => [left(batch, 1, 3), right(length, 1)]]),
    of(operator, 'a mask', [({ batch, length }) => [left(batch, 2, length, length), right(batch, 1, 1, length)]]),
    of(operator, 'the left repeated', [({ batch, length }) => [left(1, 3), right(batch, length, 3)]]),
  ];
}

/** An operator of one operand. */
function elementwise(operator: string, values: typeof smooth = smooth, options: Options = {}): RuleCase {
  return of(operator, 'any shape', [({ batch, length }) => [values(batch, length)], options]);
}

/** All forms of reductions: axes as attribute and input, kept dimensions, all axes. */
function reduction(operator: string, values: typeof smooth = smooth): readonly RuleCase[] {
  const hasInputAlways = operator === 'ReduceSum';
  const attributes = { keepdims: intAttribute(0) };
  const old: RuleCase = of(operator, 'axes as attribute', [
    ({ batch, length }) => [values(batch, length, 2)],
    { opset: 14, attributes: { axes: intsAttribute([-2]), keepdims: intAttribute(1) } },
  ]);
  return [
    of(operator, 'last axis', [({ batch, length }) => [values(batch, length, 4), integers(-1)]]),
    of(operator, 'axis of open size', [({ batch, length }) => [values(batch, length, 2), integers(1)], { attributes }]),
    of(operator, 'two axes', [({ batch, length }) => [values(batch, length, 2), integers(0, 2)], { attributes }]),
    of(operator, 'all axes', [({ batch, length }) => [values(batch, length)], { attributes }]),
    ...(hasInputAlways ? [] : [old]),
  ];
}

const gemmForms = [0, 1].flatMap((transA) => [0, 1].map((transB) => ({ transA, transB })));

const gemm: readonly RuleCase[] = [
  ...gemmForms.map(({ transA, transB }) =>
    of('Gemm', `transA ${transA}, transB ${transB}, alpha, beta and a row`, [
      ({ batch }) => [
        transA === 1 ? smooth(3, batch) : smooth(batch, 3),
        transB === 1 ? smooth(5, 3) : smooth(3, 5),
        smooth(5),
      ],
      {
        attributes: {
          transA: intAttribute(transA),
          transB: intAttribute(transB),
          alpha: floatAttribute(0.5),
          beta: floatAttribute(2),
        },
      },
    ]),
  ),
  of('Gemm', 'a wide result, for which the left operand is turned first', [
    ({ batch }) => [smooth(batch, 3), smooth(300, 3)],
    { attributes: { transB: intAttribute(1) } },
  ]),
  of('Gemm', 'wide operands', [({ batch }) => [smooth(batch, 300), smooth(300, 270)]]),
  of('Gemm', 'without addend', [({ batch }) => [smooth(batch, 3), smooth(3, 5)]]),
  of('Gemm', 'a whole addend', [({ batch }) => [smooth(batch, 3), smooth(3, 5), smooth(batch, 5)]]),
  of('Gemm', 'a column as addend', [({ batch }) => [smooth(batch, 3), smooth(3, 5), smooth(batch, 1)]]),
];

const matMul: readonly RuleCase[] = [
  of('MatMul', 'matrices', [({ batch }) => [smooth(batch, 3), smooth(3, 5)]]),
  of('MatMul', 'stacks', [({ batch, length }) => [smooth(batch, 2, length, 3), smooth(batch, 2, 3, length)]]),
  of('MatMul', 'a stack and a matrix', [({ batch, length }) => [smooth(batch, length, 3), smooth(3, 5)]]),
  of('MatMul', 'a matrix and a stack', [({ batch, length }) => [smooth(5, 3), smooth(batch, 3, length)]]),
  of('MatMul', 'a stack and a wide matrix', [({ batch, length }) => [smooth(batch, length, 3), smooth(3, 300)]]),
  of('MatMul', 'a repeated stack', [({ batch, length }) => [smooth(batch, 2, length, 3), smooth(2, 3, 5)]]),
  of('MatMul', 'a stack of one', [({ batch, length }) => [smooth(batch, 1, length, 3), smooth(1, 2, 3, 5)]]),
  of('MatMul', 'a row vector', [({ batch, length }) => [smooth(3), smooth(batch, 3, length)]]),
  of('MatMul', 'a column vector', [({ batch, length }) => [smooth(batch, length, 3), smooth(3)]]),
  of('MatMul', 'two vectors', [({ length }) => [smooth(length), smooth(length)]]),
];

const views: readonly RuleCase[] = [
  of('Reshape', 'to rows', [({ batch, length }) => [smooth(batch, length, 6), integers(-1, 6)]]),
  of('Reshape', 'to heads', [({ batch, length }) => [smooth(batch, length, 6), integers(0, 0, 2, 3)]]),
  of('Reshape', 'two open sizes back', [({ batch, length }) => [smooth(batch, length, 6), integers(-1)]]),
  of('Squeeze', 'an axis', [({ batch, length }) => [smooth(batch, 1, length), integers(1)]]),
  of('Unsqueeze', 'two axes', [({ batch, length }) => [smooth(batch, length), integers(1, 3)]]),
  of('Flatten', 'from axis 1', [({ batch, length }) => [smooth(batch, length, 3)]]),
  of('Identity', 'as it is', [({ batch, length }) => [smooth(batch, length)]]),
  of('Cast', 'to the same type', [({ batch }) => [smooth(batch)], { attributes: { to: intAttribute(1) } }]),
  of('Dropout', 'switched off', [({ batch }) => [smooth(batch, 3)]]),
  of('Dropout', 'switched off by its input', [
    ({ batch }) => [smooth(batch, 3), number(0.5), { kind: 'constant', dataType: 'bool', shape: [], values: [0] }],
  ]),
  of('Expand', 'a row', [
    ({ batch, length }) => [smooth(1, 3), indices([3], (place) => [batch, length, 3][place] ?? 1)],
  ]),
  of('Transpose', 'heads', [
    ({ batch, length }) => [smooth(batch, length, 2, 3)],
    { attributes: { perm: intsAttribute([0, 2, 3, 1]) } },
  ]),
  of('Transpose', 'reversed by default', [({ batch, length }) => [smooth(batch, length, 2)]]),
];

const indexing: readonly RuleCase[] = [
  of('Gather', 'rows of a table, some twice', [
    ({ batch, length }) => [smooth(6, 3), indices([batch, length], (place) => (place * place) % 4)],
  ]),
  of('Gather', 'rows counted from the end', [
    ({ batch, length }) => [smooth(batch, 3), indices([length], (place) => (place % 2 === 0 ? -1 : 0))],
  ]),
  of('Gather', 'one place of an inner axis', [
    ({ batch, length }) => [smooth(batch, length, 3), indices([], () => 1)],
    { attributes: { axis: intAttribute(1) } },
  ]),
  of('Gather', 'a table of places in the last axis', [
    ({ batch, length }) => [smooth(batch, 2, 9), indices([length, length], (place) => (place * 7) % 9)],
    { attributes: { axis: intAttribute(2) } },
  ]),
  of('GatherElements', 'along the last axis', [
    ({ batch, length }) => [smooth(batch, 4), indices([batch, length], (place) => (place * 3) % 4)],
    { attributes: { axis: intAttribute(1) } },
  ]),
  of('GatherND', 'rows by coordinates', [
    ({ batch, length }) => [smooth(batch, 4, 3), indices([length, 2], (place) => (place % 2 === 0 ? 1 : place % 3))],
  ]),
  of('Slice', 'the first rows', [
    ({ batch, length }) => [smooth(9, 3 * batch), integers(0), indices([1], () => length)],
  ]),
  of('Slice', 'fixed places', [
    ({ batch }) => [smooth(batch, 7, 3), integers(2, 1), integers(5, 1000), integers(1, -1)],
  ]),
  of('Slice', 'counted from the end of an open axis', [
    ({ batch, length }) => [smooth(batch, length), integers(-3), integers(-1), integers(1), integers(1)],
  ]),
  of('Slice', 'a start that is computed', [
    ({ batch, length }) => [smooth(batch, length), indices([1], () => batch - 4), integers(4), integers(1)],
  ]),
  of('Concat', 'fixed and open parts', [
    ({ batch, length }) => [smooth(batch, length, 2), smooth(batch, 3, 2)],
    { attributes: { axis: intAttribute(1) } },
  ]),
  of('Concat', 'along the last axis', [
    ({ batch }) => [smooth(batch, 2), smooth(batch, 3), smooth(batch, 1)],
    { attributes: { axis: intAttribute(-1) } },
  ]),
  of('Split', 'equal parts', [
    ({ batch }) => [smooth(batch, 6)],
    { outputs: 3, attributes: { axis: intAttribute(-1), num_outputs: intAttribute(3) } },
  ]),
  of('Split', 'given sizes, one part unused', [
    ({ batch, length }) => [smooth(batch, length, 6), integers(1, 2, 3)],
    { outputs: 3, used: [0, 2], attributes: { axis: intAttribute(2) } },
  ]),
];

const normalization: readonly RuleCase[] = [
  of('LayerNormalization', 'last axis', [
    ({ batch, length }) => [smooth(batch, length, 8), smooth(8), smooth(8)],
    { attributes: { axis: intAttribute(-1), epsilon: floatAttribute(1e-5) } },
  ]),
  of('LayerNormalization', 'without bias', [({ batch }) => [smooth(batch, 8), smooth(8)]]),
  of('LayerNormalization', 'two axes', [
    ({ batch, length }) => [smooth(batch, length, 2, 4), smooth(2, 4), smooth(2, 4)],
    { attributes: { axis: intAttribute(2) } },
  ]),
  of('Softmax', 'last axis', [({ batch, length }) => [smooth(batch, 2, length, length)]]),
  of('Softmax', 'an inner axis', [
    ({ batch, length }) => [smooth(batch, length, 3)],
    { attributes: { axis: intAttribute(1) } },
  ]),
  of('LogSoftmax', 'last axis', [({ batch, length }) => [smooth(batch, length)]]),
];

const selection: readonly RuleCase[] = [
  of('Where', 'both sides', [
    ({ batch, length }) => [
      truths([batch, length], (place) => place % 3 === 0),
      smooth(batch, length),
      smooth(batch, length),
    ],
  ]),
  of('Where', 'repeated operands', [
    ({ batch, length }) => [truths([batch, 1, length], (place) => place % 2 === 0), smooth(3, 1), smooth()],
  ]),
  of('Max', 'with a number', [({ batch, length }) => [separated(batch, length), number(0.3)]]),
  of('Max', 'one operand', [({ batch, length }) => [separated(batch, length)]]),
  of('Min', 'with a number', [({ batch, length }) => [separated(batch, length), number(-0.3)]]),
  of('Clip', 'both bounds', [({ batch, length }) => [separated(batch, length), number(-0.5), number(1)]]),
  of('Clip', 'one bound', [({ batch, length }) => [separated(batch, length), missing, number(1)]]),
];

/** Ways to use every operator that has a rule, by operator. */
export const ruleCases: readonly RuleCase[] = [
  elementwise('Abs', separated),
  ...broadcasting('Add', smooth),
  ...views,
  elementwise('Cos'),
  of('CumSum', 'forwards', [({ batch, length }) => [smooth(batch, length), integers(1)]]),
  of('CumSum', 'backwards and without the own element', [
    ({ batch, length }) => [smooth(batch, length), integers(1)],
    { attributes: { reverse: intAttribute(1), exclusive: intAttribute(1) } },
  ]),
  ...broadcasting('Div', positive),
  of('Div', 'by a constant', [({ batch, length }) => [smooth(batch, length), number(1.5)]]),
  elementwise('Erf'),
  elementwise('Exp'),
  elementwise('Gelu'),
  elementwise('Gelu', smooth, { attributes: { approximate: stringAttribute('tanh') } }),
  ...gemm,
  ...indexing,
  elementwise('LeakyRelu', separated, { attributes: { alpha: floatAttribute(0.2) } }),
  elementwise('Log', positive),
  ...matMul,
  of('Mean', 'three operands', [({ batch, length }) => [smooth(batch, length), smooth(length), smooth(1)]]),
  ...broadcasting('Mul', smooth),
  of('Mul', 'by a constant', [({ batch, length }) => [number(0.7), smooth(batch, length)]]),
  elementwise('Neg'),
  ...normalization,
  of('Pow', 'square', [({ batch, length }) => [smooth(batch, length), number(2)]]),
  of('Pow', 'cube', [({ batch, length }) => [smooth(batch, length), number(3)]]),
  of('Pow', 'root', [({ batch, length }) => [positive(batch, length), number(0.5)]]),
  ...broadcasting('Pow', smooth, positive),
  elementwise('Reciprocal', positive),
  ...reduction('ReduceL2'),
  ...reduction('ReduceMax', separated),
  ...reduction('ReduceMean'),
  ...reduction('ReduceMin', separated),
  ...reduction('ReduceSum'),
  ...reduction('ReduceSumSquare'),
  elementwise('Relu', separated),
  ...selection,
  elementwise('Sigmoid'),
  elementwise('Sin'),
  elementwise('Softplus'),
  elementwise('Sqrt', positive),
  ...broadcasting('Sub', smooth),
  of('Sum', 'three operands', [({ batch, length }) => [smooth(batch, length), smooth(length), smooth(1)]]),
  elementwise('Tanh'),
];
