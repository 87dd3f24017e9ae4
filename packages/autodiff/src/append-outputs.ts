/** Field numbers of onnx.proto3: ModelProto.graph, GraphProto.output, ValueInfoProto.name. */
const graphField = 7;
const outputField = 12;
const nameField = 1;

/**
 * An ONNX file whose graph has further outputs, without saying their types: the runtime knows them.
 *
 * A Protocol Buffers file may hold a message field in several pieces, which a reader merges, repeated fields by appending.
 * So the outputs follow the model as a second piece of its graph.
 */
export function appendOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const outputs = names.map((name) => field(outputField, field(nameField, new TextEncoder().encode(name))));
  return concatenate([model, field(graphField, concatenate(outputs))]);
}

/** A length-delimited field. */
function field(number: number, payload: Uint8Array): Uint8Array {
  return concatenate([varint(number * 8 + 2), varint(payload.length), payload]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
