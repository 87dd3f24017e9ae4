import type { Logger, Tensor, TensorDataType } from '@polyhead/types';

/** What computes: the processor, or a device that ONNX Runtime has a provider for. */
export type ExecutionProvider = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml';

/** How a session is made. */
export interface SessionOptions {
  /**
   * Where to compute. A provider other than `cpu` that is not there is reported once through `logger.warn`, and the
   * session computes on the processor.
   * @default 'cpu'
   */
  readonly provider?: ExecutionProvider | undefined;
  /** Threads that one operator may use. @default the number of processors that this process may use */
  readonly threads?: number | undefined;
  /** Hears which provider is used when the requested one is not there. */
  readonly logger?: Logger | undefined;
}

/** How a session in a worker thread is made. */
export interface WorkerSessionOptions extends SessionOptions {
  /** Moves the model's bytes to the worker instead of copying them; the caller's array is empty afterwards. @default false */
  readonly transferSource?: boolean | undefined;
}

/** An input or output of a model. */
export interface SessionValue {
  readonly name: string;
  readonly dataType: TensorDataType;
  /** A number for a fixed size, a name for one that each run chooses. */
  readonly shape: readonly (number | string)[];
}

/** Tensors by the names of a model's inputs or outputs. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** A loaded model that can be run. Runs are done one after the other, in the order of the calls. */
export interface Session {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  /** The provider in use, which is `cpu` if the requested one was not there. */
  readonly provider: ExecutionProvider;
  /**
   * Runs the model. The feeds are only read and must not be changed until the run is done.
   * @param feeds a tensor for every input
   * @param fetches names of the outputs wanted, or tensors to be filled in place; all outputs if absent. A tensor that is
   *   given is also the one returned; its shape must be the one that this run produces.
   * @throws {PolyheadError} INVALID_ARGUMENT, SHAPE_MISMATCH, SESSION_FAILED, SESSION_RELEASED, WORKER_FAILED
   */
  run(feeds: NamedTensors, fetches?: readonly string[] | NamedTensors): Promise<Record<string, Tensor>>;
  /** Frees the model after the runs under way. Runs asked for later throw SESSION_RELEASED; a second call does nothing. */
  release(): Promise<void>;
}
