import type { GraphBuilder } from '../builder/graph-builder.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';
import { stringAttribute } from '../model/attributes.ts';

type ActivationBlock = (builder: GraphBuilder, input: string) => string;

const tanhGelu: ActivationBlock = (builder, input) =>
  builder.operation('Gelu', [input], { approximate: stringAttribute('tanh') });
const silu: ActivationBlock = (builder, input) =>
  builder.operation('Mul', [input, builder.operation('Sigmoid', [input])]);

/** Activations by the names that configurations give them. */
const activations: Readonly<Record<string, ActivationBlock>> = {
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
  const activation = activations[configuration.text(field, 'gelu')];
  if (activation === undefined) throw configuration.reject(field, `one of ${Object.keys(activations).join(', ')}`);
  return activation;
}
