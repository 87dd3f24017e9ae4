import { encodeModel, type OnnxModel } from '@polyhead/onnx';
import { createSession, type NamedTensors } from '@polyhead/runtime';
import { PolyheadError, type Tensor, type TensorDataType } from '@polyhead/types';

import { appendOutputs } from './append-outputs.ts';

/** Data type and shape of a value, observed at several probe inputs. */
export interface ObservedValue {
  readonly dataType: TensorDataType;
  /** One shape a probe. */
  readonly shapes: readonly (readonly number[])[];
  /** The elements of a small integer tensor that was the same at all probes. */
  readonly integers?: readonly number[] | undefined;
}

/** What is known about every value of a graph, by name. */
export type ObservedValues = ReadonlyMap<string, ObservedValue>;

/** Integer tensors up to this size are remembered: axes, shapes, split sizes. */
const largestRemembered = 16;

/**
 * Runs the graph at each probe and notes type and shape of every value: inputs, initializers and all results of nodes.
 *
 * Shapes are observed and not inferred, which works for any graph that runs. A dimension that is equal at all probes counts
 * as fixed, and two dimensions that are equal at all probes count as the same. So choose at least two probes with sizes that
 * differ from each other and from the fixed sizes of the model, and are at least 2: for example batch 2 and 3, length 5 and 7.
 * @param probes feeds for all graph inputs, one record a probe
 * @throws {PolyheadError} INVALID_ARGUMENT without a probe, SESSION_FAILED if the graph does not run
 */
export async function observeValues(model: OnnxModel, probes: readonly NamedTensors[]): Promise<ObservedValues> {
  if (probes.length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'No probe input was given, so no shape can be observed.',
      remedy: 'Give at least two, of different sizes.',
    });
  }
  const { nodes, initializers, outputs } = model.graph;
  const declared = new Set(outputs.map(({ name }) => name));
  const results = nodes.flatMap((node) => node.outputs.filter((name) => name !== ''));
  const bytes = appendOutputs(
    encodeModel(model),
    results.filter((name) => !declared.has(name)),
  );
  const session = await createSession(bytes, { threads: 1 });
  const constants = Object.fromEntries(initializers.map(({ name, tensor }) => [name, tensor]));
  const observations = new Map<string, Tensor[]>();
  try {
    for (const probe of probes) {
      const values = { ...constants, ...probe, ...(await session.run(probe)) };
      for (const [name, tensor] of Object.entries(values)) {
        observations.set(name, [...(observations.get(name) ?? []), tensor]);
      }
    }
  } finally {
    await session.release();
  }
  return new Map([...observations].map(([name, tensors]) => [name, describe(tensors)]));
}

function describe(tensors: readonly Tensor[]): ObservedValue {
  const integers = equalIntegers(tensors);
  return {
    dataType: tensors[0]?.dataType ?? 'float32',
    shapes: tensors.map(({ shape }) => shape),
    ...(integers === undefined ? {} : { integers }),
  };
}

function equalIntegers(tensors: readonly Tensor[]): readonly number[] | undefined {
  const lists = tensors.map((tensor) =>
    (tensor.dataType === 'int64' || tensor.dataType === 'int32') && tensor.data.length <= largestRemembered
      ? Array.from(tensor.data, Number)
      : undefined,
  );
  const [first] = lists;
  return first !== undefined && lists.every((list) => list?.join() === first.join()) ? first : undefined;
}
