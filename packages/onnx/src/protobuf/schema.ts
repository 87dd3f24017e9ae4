import Long from 'long';
import protobuf from 'protobufjs';

// Without it the library rounds 64-bit integers to numbers. It looks for it itself, but in vain under some module conditions.
protobuf.util.Long = Long;
protobuf.configure();

/** Field number and type; a type that ends in `*` is repeated, in `**` repeated and packed. */
type FieldTable = Readonly<Record<string, readonly [number, string]>>;

/** The messages of the ONNX protobuf specification, as far as they are read or recognised. */
const messages: Readonly<Record<string, FieldTable>> = {
  Model: {
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    graph: [7, 'Graph'],
    opsets: [8, 'Opset*'],
    metadata: [14, 'Entry*'],
    functions: [25, 'bytes*'],
  },
  Opset: { domain: [1, 'string'], version: [2, 'int64'] },
  Entry: { key: [1, 'string'], value: [2, 'string'] },
  Graph: {
    nodes: [1, 'Node*'],
    name: [2, 'string'],
    initializers: [5, 'Tensor*'],
    inputs: [11, 'ValueInfo*'],
    outputs: [12, 'ValueInfo*'],
    valueInfo: [13, 'ValueInfo*'],
    sparseInitializers: [15, 'bytes*'],
  },
  Node: {
    inputs: [1, 'string*'],
    outputs: [2, 'string*'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attributes: [5, 'Attribute*'],
    domain: [7, 'string'],
  },
  Attribute: {
    name: [1, 'string'],
    float: [2, 'float'],
    int: [3, 'int64'],
    string: [4, 'bytes'],
    tensor: [5, 'Tensor'],
    graph: [6, 'Graph'],
    floats: [7, 'float*'],
    ints: [8, 'int64*'],
    strings: [9, 'bytes*'],
    tensors: [10, 'Tensor*'],
    graphs: [11, 'Graph*'],
    type: [20, 'int32'],
  },
  Tensor: {
    dims: [1, 'int64*'],
    dataType: [2, 'int32'],
    floatData: [4, 'float**'],
    int32Data: [5, 'int32**'],
    int64Data: [7, 'int64**'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double**'],
    uint64Data: [11, 'uint64**'],
    externalData: [13, 'Entry*'],
    dataLocation: [14, 'int32'],
  },
  ValueInfo: { name: [1, 'string'], type: [2, 'Type'] },
  Type: { tensor: [1, 'TensorType'] },
  TensorType: { elementType: [1, 'int32'], shape: [2, 'Shape'] },
  Shape: { dims: [1, 'Dimension*'] },
  Dimension: { value: [1, 'int64'], parameter: [2, 'string'] },
};

/** The protobuf type of an ONNX model. */
export const modelType: protobuf.Type = createTypes().lookupType('Model');

function createTypes(): protobuf.Root {
  const root = new protobuf.Root();
  for (const [name, fields] of Object.entries(messages)) {
    const type = new protobuf.Type(name);
    for (const [field, [number, kind]] of Object.entries(fields)) {
      const rule = kind.endsWith('*') ? 'repeated' : 'optional';
      const options = rule === 'repeated' ? { packed: kind.endsWith('**') } : {};
      type.add(new protobuf.Field(field, number, kind.replaceAll('*', ''), rule, undefined, options));
    }
    root.add(type);
  }
  return root;
}
