import type { GraphBuilder } from '../builder/graph-builder.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import { stringAttribute } from '../model/attributes.ts';

/** Adds an activation behind a value. */
export type ActivationBlock = (builder: GraphBuilder, input: string) => string;

type ActivationName = 'gelu' | 'gelu_new' | 'gelu_pytorch_tanh' | 'relu' | 'silu' | 'swish' | 'tanh';

const tanhGelu: ActivationBlock = (builder, input) =>
  builder.operation('Gelu', [input], { approximate: stringAttribute('tanh') });
const silu: ActivationBlock = (builder, input) =>
  builder.operation('Mul', [input, builder.operation('Sigmoid', [input])]);

/** Activations by the names that configurations give them. */
export const activations: Readonly<Record<ActivationName, ActivationBlock>> = {
  gelu: (builder, input) => builder.operation('Gelu', [input]),
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  relu: (builder, input) => builder.operation('Relu', [input]),
  silu,
  swish: silu,
  tanh: (builder, input) => builder.operation('Tanh', [input]),
};

/**
 * The activation that a field of the configuration names.
 * @throws {PolyheadError} INVALID_CONFIGURATION for one that is not known
 */
export function findActivation(configuration: ConfigurationReader, field: string): ActivationBlock {
  const byName: Readonly<Record<string, ActivationBlock>> = activations;
  const activation = byName[configuration.text(field, 'gelu')];
  if (activation === undefined) throw configuration.reject(field, `one of ${Object.keys(activations).join(', ')}`);
  return activation;
}
