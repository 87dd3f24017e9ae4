/**
 * Every error code of the project, with one sentence on what it means.
 * A code is stable: programs branch on it, messages may change. docs/errors.md lists the same table.
 */
export const errorCodes = {
  // Usage and environment
  INVALID_ARGUMENT: 'An argument or option has a value outside what it accepts.',
  INVALID_CONFIGURATION: 'A configuration file does not match its schema.',
  ABORTED: 'The work was stopped by an abort signal or Ctrl-C.',
  INTERNAL: 'An assumption inside the library does not hold; please report it.',
  FILE_NOT_FOUND: 'A file or folder does not exist.',
  FILE_UNREADABLE: 'A file or folder exists but cannot be read.',
  FILE_NOT_WRITABLE: 'A file or folder cannot be written: permissions, a read-only disk or a path that is in the way.',
  DISK_FULL: 'The disk is full; nothing was replaced.',
  OUTPUT_EXISTS: 'The output folder exists and is not a Polyhead model, so it is not overwritten.',
  PORT_IN_USE: 'The port that the server should listen on is taken.',
  // Finding models
  MODEL_REFERENCE_INVALID: 'A model reference is neither a bundled name, nor a folder, nor a Hugging Face id.',
  MODEL_NOT_FOUND: 'The model that a reference names does not exist.',
  MODEL_INCOMPLETE: 'A model folder or repository lacks a file that it must have.',
  HUB_UNREACHABLE: 'The model hub cannot be reached and the model is not in the cache.',
  CHECKSUM_MISMATCH: 'A file differs from the checksum that it should have.',
  // ONNX, safetensors and checkpoints
  ONNX_MALFORMED: 'An ONNX file is truncated, damaged or not an ONNX file.',
  ONNX_UNSUPPORTED: 'An ONNX file uses a feature that is not supported.',
  GRAPH_INVALID: 'An ONNX graph refers to a value that does not exist, or defines one twice.',
  SAFETENSORS_MALFORMED: 'A safetensors file is truncated, damaged or not a safetensors file.',
  TENSOR_MISSING: 'A checkpoint or head lacks a tensor that it must have.',
  TENSOR_SHAPE_MISMATCH: 'A tensor has another shape than the configuration says.',
  ARCHITECTURE_UNSUPPORTED: 'The model type of a checkpoint is not one that can be built.',
  // Running
  PROVIDER_UNAVAILABLE: 'The requested execution provider is not available in this installation.',
  SESSION_FAILED: 'ONNX Runtime could not load or run a model.',
  SESSION_RELEASED: 'A session, encoder or model was used after it had been released.',
  WORKER_FAILED: 'A worker thread stopped unexpectedly.',
  // Tokenization and encoding
  TOKENIZER_INVALID: 'A tokenizer file is missing, damaged or of a kind that is not supported.',
  TEXT_TOO_LONG: 'A text does not fit the maximum length and may not be cut.',
  INVALID_TEXT: 'A text is not a string, or not well-formed Unicode.',
  // Data
  DATA_FORMAT_UNKNOWN: 'The format of a data file cannot be told from its name.',
  DATA_MALFORMED: 'A data file cannot be parsed.',
  DATA_ENCODING: 'A data file is binary or not UTF-8 text.',
  DATA_EMPTY: 'A data file has no usable rows.',
  COLUMN_NOT_FOUND: 'A data file lacks a column that was asked for.',
  BROKEN_ROWS: 'Rows of a data file cannot be used and the caller asked not to skip them.',
  UNKNOWN_LABEL: 'A label occurs that the training data or label list does not have.',
  TOO_FEW_CLASSES: 'The training data has fewer classes than a classifier needs.',
  TOO_FEW_EXAMPLES: 'There are fewer examples than the operation needs.',
  CONFLICTING_LABELS: 'The same text has different labels in examples that are to be compared with each other.',
  // Heads, metrics and training
  HEAD_TYPE_UNKNOWN: 'No head of this type is registered.',
  HEAD_NOT_FOUND: 'The model has no head of this name.',
  HEAD_EXISTS: 'The model already has a head of this name.',
  TASK_UNSUPPORTED: 'A head, loss or metric does not support this task.',
  SHAPE_MISMATCH: 'Two arrays that belong together have different lengths or shapes.',
  NOT_FINITE: 'A number that must be finite is NaN or infinite.',
  DID_NOT_CONVERGE: 'An optimizer failed before it reached a usable solution.',
  GRADIENT_UNSUPPORTED:
    'An operator of an ONNX graph has no gradient rule, so that what lies before it cannot be trained.',
  TRAINING_DIVERGED: 'A loss or gradient became NaN or infinite; the last checkpoint is kept.',
  MEMORY_TOO_SMALL: 'The memory budget cannot hold even one text of the maximum length.',
  CHECKPOINT_MISMATCH: 'A checkpoint belongs to another configuration or model than the one to be resumed.',
  CHECKPOINT_NOT_FOUND: 'There is nothing to resume: the output folder holds no checkpoint.',
  // Zero-shot classification
  ENTAILMENT_NOT_FOUND: 'None of the outputs of a model for zero-shot classification is named as entailment.',
  // Saved models
  MODEL_FOLDER_INVALID: 'A folder is not a Polyhead model, or its manifest is damaged.',
  MODEL_VERSION_UNSUPPORTED: 'A model was saved in a format version that this release does not know.',
  MODEL_ENCODER_MISMATCH: 'The encoder found is not the one that the heads were trained on.',
  EXPORT_UNSUPPORTED: 'A head cannot be exported to the requested format.',
  EXPORT_PARITY: 'An exported model does not reproduce the predictions of its source.',
  // Serving
  REQUEST_INVALID: 'A request does not match the schema of its route.',
  REQUEST_TOO_LARGE: 'A request has more texts, characters or bytes than the server accepts.',
  ROUTE_NOT_FOUND: 'The server has no route of this path and method.',
  SERVER_OVERLOADED: 'The server has too many requests waiting.',
  SERVER_NOT_READY: 'The server is starting or shutting down.',
} as const;

/** One of the stable codes that a {@link PolyheadError} carries. */
export type ErrorCode = keyof typeof errorCodes;
