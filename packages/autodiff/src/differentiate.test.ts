import { createRandomGenerator } from '@polyhead/numerics';
import { createGraphBuilder, intAttribute, type GraphBuilder, type OnnxModel } from '@polyhead/onnx';
import type { NamedTensors } from '@polyhead/runtime';
import { PolyheadError, type Tensor } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { differentiate, gradientName, type GradientGraph } from './differentiate.ts';
import type { GradientRules } from './gradient-rules.ts';
import { observeValues } from './observe-values.ts';
import { floats, runOnce, runSplit } from './testing/finite-differences.ts';

const open = { dataType: 'float32', shape: [undefined] } as const;

function vector(...values: readonly number[]): Tensor {
  return { dataType: 'float32', shape: [values.length], data: Float32Array.from(values) };
}

/** A graph from the vector x (and w) to the output y. */
function build(
  write: (builder: GraphBuilder) => string,
  options: { opset?: number; second?: boolean } = {},
): OnnxModel {
  const builder = createGraphBuilder({ name: 'test', opset: options.opset ?? 20 });
  builder.input('x', open);
  if (options.second === true) builder.input('w', open);
  builder.output('y', write(builder), { dataType: 'float32', shape: undefined });
  return builder.build();
}

async function differentiateAt(
  model: OnnxModel,
  options: { targets?: readonly string[]; rules?: GradientRules; probes?: readonly NamedTensors[] } = {},
): Promise<GradientGraph> {
  const both = (values: Tensor): NamedTensors =>
    Object.fromEntries(model.graph.inputs.map(({ name }) => [name, values]));
  const probes = options.probes ?? [both(vector(1, 2)), both(vector(1, 2, 3))];
  const values = await observeValues(model, probes);
  return differentiate(model, {
    outputs: model.graph.outputs.map(({ name }) => name),
    targets: options.targets ?? ['x'],
    values,
    ...(options.rules === undefined ? {} : { rules: options.rules }),
  });
}

async function gradientAt(model: OnnxModel, feeds: NamedTensors, targets?: readonly string[]): Promise<number[]> {
  const gradients = await differentiateAt(model, targets === undefined ? {} : { targets });
  const [target = ''] = gradients.targets;
  return Array.from(floats((await runOnce(gradients.model, feeds))[gradientName(target)]));
}

async function problemOf(promise: Promise<unknown>): Promise<PolyheadError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (PolyheadError.isInstance(error)) return error;
  throw new PolyheadError('INTERNAL', { message: 'nothing was refused' });
}

describe('differentiate', () => {
  it('adds up the gradients of a value that is used several times', async () => {
    const model = build((builder) => {
      const square = builder.operation('Mul', ['x', 'x']);
      const sum = builder.operation('Add', [builder.operation('Add', [square, 'x']), 'x']);
      return builder.operation('Sub', [sum, builder.operation('Mul', [square, builder.scalar(0.5)])]);
    });
    // y = x^2 / 2 + 2 x
    expect(await gradientAt(model, { x: vector(1, -2, 3), 'gradient:y': vector(1, 10, 100) })).toEqual([3, 0, 500]);
  });

  it('adds up over outputs, and gives an output that is a target its own gradient', async () => {
    const builder = createGraphBuilder({ name: 'two' });
    builder.input('x', open);
    const double = builder.operation('Mul', ['x', builder.scalar(2)]);
    builder.output('y', builder.operation('Mul', [double, 'x']), open);
    builder.output('z', double, open);
    const gradients = await differentiateAt(builder.build());
    const feeds = { x: vector(3), 'gradient:y': vector(1), 'gradient:z': vector(10) };
    const results = await runOnce(gradients.model, feeds);
    expect(results['y']).toMatchObject({ data: Float32Array.of(18) });
    expect(results['gradient:x']).toMatchObject({ data: Float32Array.of(32) });
  });

  it('gives a number that is an initializer its gradient, where it is a factor of a product', async () => {
    const builder = createGraphBuilder({ name: 'temperature', opset: 20 });
    builder.input('x', { dataType: 'float32', shape: [undefined, 2] });
    const weight = builder.initializer('w', { dataType: 'float32', shape: [2, 1], data: Float32Array.of(3, 4) });
    const number = builder.initializer('temperature', { dataType: 'float32', shape: [], data: Float32Array.of(2) });
    const product = builder.operation('Gemm', ['x', weight]);
    builder.output('y', builder.operation('Mul', [product, number]), { dataType: 'float32', shape: undefined });
    const x: Tensor = { dataType: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, -1) };
    const wider: Tensor = { dataType: 'float32', shape: [3, 2], data: Float32Array.of(1, 2, 3, -1, 0, 1) };
    const gradients = await differentiateAt(builder.build(), {
      targets: ['temperature'],
      probes: [{ x }, { x: wider }],
    });
    const seed: Tensor = { dataType: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) };
    const results = await runOnce(gradients.model, { x, [gradientName('y')]: seed });
    expect(Array.from(floats(results[gradientName('temperature')]))).toEqual([11 + 2 * 5]);
  });

  it('gives zeros where the only way leads through an operator without gradient', async () => {
    const model = build((builder) => builder.operation('Mul', [builder.operation('Sign', ['x']), builder.scalar(2)]));
    expect(await gradientAt(model, { x: vector(1, 2, 3, 4), 'gradient:y': vector(1, 1, 1, 1) })).toEqual([0, 0, 0, 0]);
  });

  it('gives no infinity or NaN for the length of a zero vector behind a lower bound', async () => {
    const model = build((builder) => {
      const squares = builder.operation('ReduceSum', [builder.operation('Mul', ['x', 'x']), builder.integers([0])]);
      const length = builder.operation('Max', [builder.operation('Sqrt', [squares]), builder.scalar(1e-12)]);
      return builder.operation('Div', ['x', length]);
    });
    const gradient = await gradientAt(model, { x: vector(0, 0), 'gradient:y': vector(1, 2) });
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('reports all operators without a rule at once', async () => {
    const model = build((builder) => {
      const first = builder.operation('Elu', [builder.operation('Elu', ['x'])]);
      return builder.operation('HardSwish', [builder.operation('Tanh', [first])]);
    });
    const error = await problemOf(differentiateAt(model));
    expect(error.code).toBe('GRADIENT_UNSUPPORTED');
    expect(error.message).toContain('Elu (2 nodes: "Elu", "Elu_1"); HardSwish (node "HardSwish")');
    expect(error.details).toEqual({
      operators: [
        { operator: 'Elu', count: 2, nodes: ['Elu', 'Elu_1'] },
        { operator: 'HardSwish', count: 1, nodes: ['HardSwish'] },
      ],
    });
  });

  it('does not mind operators without a rule where no gradient passes', async () => {
    const model = build(
      (builder) => builder.operation('Mul', [builder.operation('Elu', ['w']), builder.operation('Tanh', ['x'])]),
      { second: true },
    );
    const { supported } = await differentiateAt(model).then(() => ({ supported: true }));
    expect(supported).toBe(true);
    expect((await problemOf(differentiateAt(model, { targets: ['w'] }))).code).toBe('GRADIENT_UNSUPPORTED');
  });

  it('names nodes whose rule cannot handle them, with the reason', async () => {
    const model = build((builder) => {
      const truth: Tensor = { dataType: 'bool', shape: [], data: Uint8Array.of(1) };
      const inputs = ['x', builder.scalar(0.5), builder.initializer('training', truth)];
      return builder.operation('Dropout', inputs);
    });
    const error = await problemOf(differentiateAt(model));
    expect(error.code).toBe('GRADIENT_UNSUPPORTED');
    expect(error.message).toContain('Dropout because it is in training mode');
  });

  it('refuses numbers of other types in between', async () => {
    const model = build((builder) => {
      const wide = builder.operation('Cast', ['x'], { to: intAttribute(11) });
      return builder.operation('Cast', [wide], { to: intAttribute(1) });
    });
    const error = await problemOf(differentiateAt(model));
    expect(error.message).toContain('Cast because its result is float64 and not float32');
  });

  it('sees what the branches of a node use', async () => {
    const branch = (name: string): OnnxModel['graph'] => ({
      name,
      nodes: [{ name, opType: 'Tanh', domain: '', inputs: ['x'], outputs: [`${name}.out`], attributes: {} }],
      inputs: [],
      outputs: [{ name: `${name}.out`, dataType: 'float32', shape: undefined }],
      initializers: [],
      valueInfo: [],
    });
    const model = build((builder) => {
      const first = builder.operation('Slice', ['x', builder.integers([0]), builder.integers([1])]);
      const condition = builder.operation('Greater', [first, builder.scalar(0)]);
      const attributes = {
        then_branch: { kind: 'graph', value: branch('yes') },
        else_branch: { kind: 'graph', value: branch('no') },
      } as const;
      return builder.operation('If', [condition], attributes);
    });
    expect((await problemOf(differentiateAt(model))).message).toContain('If (node "If")');
  });

  it.each([
    [{ targets: ['nothing'] }, 'no input or initializer "nothing"'],
    [{ targets: ['w'] }, 'targets that no output depends on: w'],
  ])('refuses %j', async (options, message) => {
    const model = build((builder) => builder.operation('Tanh', ['x']), { second: true });
    const error = await problemOf(differentiateAt(model, options));
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(message);
  });

  it('refuses outputs that are not there and targets that are not float32', async () => {
    const builder = createGraphBuilder({ name: 'types' });
    builder.input('ids', { dataType: 'int64', shape: [undefined] });
    const table: Tensor = { dataType: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) };
    builder.output('y', builder.operation('Gather', [builder.initializer('table', table), 'ids']), open);
    const model = builder.build();
    const ids: Tensor = { dataType: 'int64', shape: [1], data: BigInt64Array.of(1n) };
    const values = await observeValues(model, [{ ids }]);
    const attempt = (outputs: string[], targets: string[]) => () => differentiate(model, { outputs, targets, values });
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error;
    expect(attempt(['z'], ['table'])).toThrow(refused);
    expect(attempt(['y'], ['ids'])).toThrow(refused);
    expect(attempt(['y'], ['table'])).not.toThrow();
  });

  it('refuses graphs of very old operator sets', async () => {
    const model = build((builder) => builder.operation('Tanh', ['x']), { opset: 12 });
    expect((await problemOf(differentiateAt(model))).code).toBe('ONNX_UNSUPPORTED');
  });

  it('takes rules of the caller', async () => {
    const model = build((builder) => builder.operation('Elu', ['x']));
    const rules: GradientRules = {
      Elu: ({ builder, gradients, node }) => [
        builder.multiply(
          gradients[0] ?? '',
          builder.map('Exp', builder.combine('Min', [node.inputs[0] ?? '', builder.scalar(0)])),
        ),
      ],
    };
    const gradients = await differentiateAt(model, { rules });
    const results = await runOnce(gradients.model, { x: vector(2, -1), 'gradient:y': vector(3, 3) });
    const [positive, negative] = floats(results['gradient:x']);
    expect(positive).toBe(3);
    expect(negative).toBeCloseTo(3 * Math.exp(-1), 5);
  });

  it('takes rules of the caller for operators without gradient', async () => {
    const model = build((builder) => builder.operation('Round', ['x']));
    const straightThrough: GradientRules = { Round: ({ gradients }) => [gradients[0]] };
    const gradients = await differentiateAt(model, { rules: straightThrough });
    const results = await runOnce(gradients.model, { x: vector(2.2, -1), 'gradient:y': vector(3, 4) });
    expect(Array.from(floats(results['gradient:x']))).toEqual([3, 4]);
  });

  it('checks what a rule gives', async () => {
    const model = build((builder) => builder.operation('Tanh', ['x']));
    const attempt = (rules: GradientRules): Promise<PolyheadError> => problemOf(differentiateAt(model, { rules }));
    const tooMany = await attempt({ Tanh: ({ gradients }) => [gradients[0], gradients[0]] });
    expect(tooMany.code).toBe('INTERNAL');
    expect(tooMany.message).toContain('rule of Tanh gave 2 gradients for the 1 inputs');
    const wrongShape = await attempt({ Tanh: ({ builder }) => [builder.integers([1, 2, 3, 4])] });
    expect(wrongShape.message).toContain('rule of Tanh gave a gradient of shape [4] for its input "x" of shape [2|3]');
    const none = await attempt({ Tanh: () => [undefined] });
    expect(none.code).toBe('GRADIENT_UNSUPPORTED');
    expect(none.message).toContain('no gradient for input 0');
  });

  it('equals finite differences for any graph of smooth operators', async () => {
    const step = fc.record({
      operator: fc.constantFrom('Add', 'Mul', 'Sub', 'Tanh', 'Sin', 'Neg', 'half', 'sum'),
      left: fc.nat(),
      right: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), fc.integer(), async (steps, seed) => {
        const model = build((builder) => writeSteps(builder, steps));
        const gradients = await differentiateAt(model);
        const random = createRandomGenerator(seed);
        const at = (): number => random.next() - 0.5;
        const x = vector(at(), at(), at(), at());
        const weights = vector(at(), at(), at(), at());
        const feeds = { x, 'gradient:y': weights };
        const gradient = floats((await runOnce(gradients.model, feeds))['gradient:x']);
        expect(floats((await runSplit(gradients, feeds))['gradient:x'])).toEqual(gradient);
        const loss = async (moved: number): Promise<number> => {
          const values = floats(x).map((value, index) => value + moved * (gradient[index] ?? 0));
          const y = floats((await runOnce(model, { x: vector(...values) }))['y']);
          return y.reduce((sum, value, index) => sum + value * (floats(weights)[index] ?? 0), 0);
        };
        const squares = gradient.reduce((sum, value) => sum + value * value, 0);
        const size = 2 ** -6 / Math.max(0.1, Math.sqrt(squares));
        const near = (await loss(size)) - (await loss(-size));
        const far = (await loss(2 * size)) - (await loss(-2 * size));
        expect(Math.abs((8 * near - far) / (12 * size) - squares)).toBeLessThan(2e-3 * Math.max(0.05, squares));
      }),
      { numRuns: 25 },
    );
  });
});

interface Step {
  readonly operator: string;
  readonly left: number;
  readonly right: number;
}

/** A chain of operations, each on values chosen among all that went before. */
function writeSteps(builder: GraphBuilder, steps: readonly Step[]): string {
  const values = ['x'];
  for (const { operator, left, right } of steps) {
    const [a = 'x', b = 'x'] = [left, right].map((place) => values[place % values.length]);
    values.push(writeStep(builder, operator, [a, b]));
  }
  const last = values.at(-1) ?? 'x';
  return builder.operation('Add', [last, 'x']);
}

function writeStep(builder: GraphBuilder, operator: string, [a, b]: readonly [string, string]): string {
  if (operator === 'half') return builder.operation('Mul', [builder.scalar(0.5), a]);
  if (operator === 'sum') {
    return builder.operation('Add', [builder.operation('ReduceMean', [a, builder.integers([0])]), b]);
  }
  return builder.operation(operator, ['Add', 'Mul', 'Sub'].includes(operator) ? [a, b] : [a]);
}
