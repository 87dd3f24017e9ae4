// ONNX files made by hand: the few fields of onnx.proto3 (github.com/onnx/onnx) that they need.

type Part = readonly number[];

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
const integer = (field: number, value: number): Part => [field << 3, ...varint(value)];
const bytes = (field: number, content: Part): Part => [(field << 3) | 2, ...varint(content.length), ...content];
const text = (field: number, value: string): Part => bytes(field, [...Buffer.from(value)]);
const message = (field: number, ...parts: Part[]): Part => bytes(field, parts.flat());

const elementType = { float32: 1, int64: 7 };

function tensorType(type: keyof typeof elementType, shape: readonly (number | string)[]): Part {
  const dimensions = shape.map((size) => message(1, typeof size === 'number' ? integer(1, size) : text(2, size)));
  return message(2, message(1, integer(1, elementType[type]), message(2, ...dimensions)));
}

function node(operator: string, inputs: string[], outputs: string[]): Part {
  return message(1, ...inputs.map((name) => text(1, name)), ...outputs.map((name) => text(2, name)), text(4, operator));
}

function createModel(weights: Part): Uint8Array {
  const graph = message(
    7,
    node('Add', ['x', 'w'], ['sum']),
    node('Identity', ['ids'], ['ids_out']),
    text(2, 'tiny'),
    weights,
    message(11, text(1, 'x'), tensorType('float32', ['batch', 3])),
    message(11, text(1, 'ids'), tensorType('int64', ['batch'])),
    message(12, text(1, 'sum'), tensorType('float32', ['batch', 3])),
    message(12, text(1, 'ids_out'), tensorType('int64', ['batch'])),
  );
  return Uint8Array.from([...integer(1, 8), ...graph, ...message(8, integer(2, 17))]);
}

const weightBytes = (): Uint8Array => new Uint8Array(Float32Array.from([10, 20, 30]).buffer);

/** `sum = x + [10, 20, 30]`, `ids_out = ids`. */
export function addingModel(): Uint8Array {
  return createModel(message(5, integer(1, 3), integer(2, 1), text(8, 'w'), bytes(9, [...weightBytes()])));
}

/** `y = x^9` for a square matrix `x`, which takes a moment if it is large. */
export function powerModel(): Uint8Array {
  const products = [1, 2, 3, 4, 5, 6, 7, 8].map((step) =>
    node('MatMul', [step === 1 ? 'x' : `y${step - 1}`, 'x'], [step === 8 ? 'y' : `y${step}`]),
  );
  const x = message(11, text(1, 'x'), tensorType('float32', ['size', 'size']));
  const y = message(12, text(1, 'y'), tensorType('float32', ['size', 'size']));
  const graph = message(7, ...products, text(2, 'power'), x, y);
  return Uint8Array.from([...integer(1, 8), ...graph, ...message(8, integer(2, 17))]);
}

/** The model of `addingModel` with its weights in a file beside it. */
export function externalModel(fileName: string): { model: Uint8Array; data: Uint8Array } {
  const location = message(13, text(1, 'location'), text(2, fileName));
  const weights = message(5, integer(1, 3), integer(2, 1), text(8, 'w'), location, integer(14, 1));
  return { model: createModel(weights), data: weightBytes() };
}
