import { extendModel, pruneGraph, type OnnxModel, type OnnxNode } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';

import { findConstants } from './constants.ts';
import { GradientBuilder, runtimeDomain } from './gradient-builder.ts';
import { findGradientPaths, type GradientPaths } from './gradient-paths.ts';
import { GradientProblems } from './gradient-problems.ts';
import { findRule, type GradientRules } from './gradient-rules.ts';
import { GradientSums } from './gradient-sums.ts';
import type { ObservedValues } from './observe-values.ts';
import { expandTrainingOperators, prepareForTraining } from './training-operators.ts';
import { fixedSize, rankOf, type ValueShapes } from './value-shape.ts';

/** What to differentiate by what. */
export interface DifferentiateOptions {
  /** Outputs of the graph. The gradient of a loss with respect to each comes in as graph input `gradient:NAME`. */
  readonly outputs: readonly string[];
  /** Float32 graph inputs or initializers. The gradient of each comes out as graph output `gradient:NAME`, in its shape. */
  readonly targets: readonly string[];
  /** From {@link observeValues} of the same model. */
  readonly values: ObservedValues;
  /** Rules for operators that have none here, or better ones. Other domains as `DOMAIN.OPERATOR`. */
  readonly rules?: GradientRules | undefined;
}

/** A forward graph with its backward graph behind it. */
export interface GradientGraph {
  /** Takes the forward inputs and the output gradients; gives the forward outputs and the gradients of the targets. */
  readonly model: OnnxModel;
  readonly outputs: readonly string[];
  readonly targets: readonly string[];
  /** Everything that is computed forward; the rest of the graph is backward. */
  readonly forwardValues: ReadonlySet<string>;
  /** Values that depend on a target. */
  readonly active: ReadonlySet<string>;
  /** Types and shapes of all values, the gradients among them. */
  readonly values: ObservedValues;
}

/** Name of the graph input or output that holds the gradient of a value. */
export function gradientName(value: string): string {
  return `gradient:${value}`;
}

/** The operator set that added reductions to ScatterND; older models are raised to it, which changes none of their operators. */
const lowestOpset = 16;
const lowestIrVersion = 8;

/** The operator set in which axes of ReduceSum and Unsqueeze became inputs; models before it cannot be raised. */
const oldestOpset = 13;

/**
 * Writes the gradient of a graph as a graph: reverse-mode differentiation, where the rule of each operator emits ONNX nodes.
 * @throws {PolyheadError} GRADIENT_UNSUPPORTED with all operators in the way, INVALID_ARGUMENT for an output or target that
 *   is not there or targets that no output depends on, ONNX_UNSUPPORTED below operator set 13
 */
export function differentiate(model: OnnxModel, options: DifferentiateOptions): GradientGraph {
  assertNames(model, options);
  const { outputs, targets } = options;
  const problems = new GradientProblems();
  const raised = raiseOpset(model);
  const original = findGradientPaths(raised.graph, { ...options, problems });
  problems.assertNone();
  assertReached(targets, original);

  const prepared = prepareForTraining(
    { model: raised, values: options.values },
    { nodes: new Set(original.nodes), targets: new Set(targets) },
  );
  const { nodes, active } = findGradientPaths(prepared.model.graph, { ...options, values: prepared.values, problems });
  const graph = extendModel(prepared.model);
  const builder = new GradientBuilder(graph, {
    opset: standardOpset(raised),
    values: prepared.values,
    constants: findConstants(prepared.model, { values: prepared.values, targets: new Set(targets) }),
  });
  const sums = new GradientSums(builder);
  for (const output of outputs) {
    const { shapes } = builder.describe(output);
    const gradient = builder.declare(gradientName(output), shapes);
    graph.input(gradient, { dataType: 'float32', shape: declaredShape(shapes) });
    sums.add(output, gradient);
  }
  walkBack({ nodes, builder, sums, problems, active, rules: options.rules });
  problems.assertNone();

  for (const output of model.graph.outputs.filter(({ name }) => outputs.includes(name))) {
    graph.output(output.name, output.name, output);
  }
  for (const target of targets) {
    const gradient = sums.takeWhole(target) ?? builder.zeros(builder.shapes(target));
    const shape = declaredShape(builder.shapes(target));
    graph.output(gradientName(target), gradient, { dataType: 'float32', shape });
  }
  const joint = expandTrainingOperators(graph.build());
  return {
    model: { ...joint, graph: pruneGraph(joint.graph) },
    outputs,
    targets,
    forwardValues: builder.forwardValues,
    active,
    values: builder.values,
  };
}

/** A shape for a graph's signature: sizes that differ between probes are left open. */
export function declaredShape(shapes: ValueShapes): (number | undefined)[] {
  return Array.from({ length: rankOf(shapes) }, (_, axis) => fixedSize(shapes, axis));
}

function walkBack(walk: {
  readonly nodes: readonly OnnxNode[];
  readonly builder: GradientBuilder;
  readonly sums: GradientSums;
  readonly problems: GradientProblems;
  readonly active: ReadonlySet<string>;
  readonly rules: GradientRules | undefined;
}): void {
  const { builder, sums, problems, active } = walk;
  for (const node of walk.nodes.toReversed()) {
    const rule = findRule(node, walk.rules);
    if (rule === undefined) continue;
    let isRejected = false;
    const wants = (input: number): boolean => active.has(node.inputs[input] ?? '');
    const reject = (reason: string): readonly undefined[] => {
      problems.note(node, reason);
      isRejected = true;
      return [];
    };
    builder.within(`backward/${node.name || (node.outputs[0] ?? '')}`, () => {
      const { gradients, factor } = takeOutputGradients(node, { builder, sums });
      if (gradients.every((gradient) => gradient === undefined)) return;
      const results = rule({ node, builder, gradients, wants, reject });
      if (isRejected) return;
      assertArity(node, results);
      node.inputs.forEach((input, index) => {
        if (!wants(index)) return;
        const gradient = results[index];
        if (gradient === undefined) problems.note(node, `its rule has no gradient for input ${index}`);
        else sums.add(input, gradient, { node, factor });
      });
    });
  }
}

/** Rules are linear in the gradients they take: a common factor can be applied to what they give, or later still. */
function takeOutputGradients(
  node: OnnxNode,
  { builder, sums }: { readonly builder: GradientBuilder; readonly sums: GradientSums },
): { readonly gradients: readonly (string | undefined)[]; readonly factor: number } {
  const scaled = node.outputs.map((name) => (name === '' ? undefined : sums.take(name)));
  const factors = new Set(scaled.flatMap((gradient) => (gradient === undefined ? [] : [gradient.factor])));
  const [factor = 1] = factors;
  return factors.size === 1
    ? { gradients: scaled.map((gradient) => gradient?.value), factor }
    : { gradients: scaled.map((gradient) => gradient && builder.scale(gradient.value, gradient.factor)), factor: 1 };
}

function assertArity(node: OnnxNode, results: readonly unknown[]): void {
  if (results.length === node.inputs.length) return;
  throw new PolyheadError('INTERNAL', {
    message: `The gradient rule of ${node.opType} gave ${results.length} gradients for the ${node.inputs.length} inputs of node "${node.name}".`,
    details: { operator: node.opType, node: node.name },
  });
}

function standardOpset(model: OnnxModel): number {
  return model.opsets.find(({ domain }) => domain === '')?.version ?? 0;
}

function raiseOpset(model: OnnxModel): OnnxModel {
  const version = standardOpset(model);
  if (version < oldestOpset) {
    throw new PolyheadError('ONNX_UNSUPPORTED', {
      message: `The ONNX model uses operator set ${version}; only models of operator set ${oldestOpset} or later can be trained.`,
      remedy: 'Export the model again with a newer operator set.',
      details: { opset: version },
    });
  }
  const others = model.opsets.filter(({ domain }) => domain !== '' && domain !== runtimeDomain);
  return {
    ...model,
    irVersion: Math.max(model.irVersion, lowestIrVersion),
    opsets: [{ domain: '', version: Math.max(version, lowestOpset) }, { domain: runtimeDomain, version: 1 }, ...others],
  };
}

function assertNames(model: OnnxModel, { outputs, targets, values }: DifferentiateOptions): void {
  const known = new Set(model.graph.outputs.map(({ name }) => name));
  const sources = new Set([...model.graph.inputs, ...model.graph.initializers].map(({ name }) => name));
  const missing = [
    ...outputs.filter((name) => !known.has(name)).map((name) => `output "${name}"`),
    ...targets.filter((name) => !sources.has(name)).map((name) => `input or initializer "${name}"`),
  ];
  if (missing.length > 0) throw refused(`has no ${missing.join(', no ')}`, 'Name outputs and targets of the graph.');
  const others = [...outputs, ...targets].filter((name) => values.get(name)?.dataType !== 'float32');
  if (others.length > 0) {
    throw refused(`has values that are not float32: ${others.join(', ')}`, 'Only float32 values have gradients.');
  }
}

function assertReached(targets: readonly string[], { needed }: GradientPaths): void {
  const unused = targets.filter((name) => !needed.has(name));
  if (unused.length > 0) {
    throw refused(`has targets that no output depends on: ${unused.join(', ')}`, 'Leave them out.');
  }
}

function refused(problem: string, remedy: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', { message: `The graph to differentiate ${problem}.`, remedy });
}
