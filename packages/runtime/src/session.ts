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
  /** Threads that compute. @default the number of processors that this process may use */
  readonly threads?: number | undefined;
  /** Hears which provider is used when the requested one is not there. */
  readonly logger?: Logger | undefined;
}

/** How a session in the calling thread is made. */
export interface DirectSessionOptions extends SessionOptions {
  /**
   * True if every run will be given tensors for the outputs that it wants. They are filled without the copy that is made of
   * outputs otherwise. Only for a model that is given as bytes. @default false
   */
  readonly fillsOutputs?: boolean | undefined;
}

/** How a team of worker threads is made. */
export interface SessionTeamOptions extends SessionOptions {
  /**
   * Worker threads that share the runs when runs wait for each other, each with a copy of the model beside the one that
   * does single runs. They share `threads`. 1 for a single worker thread. @default 1
   */
  readonly workers?: number | undefined;
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

/** A loaded model that can be run. Runs start in the order of the calls, `concurrency` of them at the same time. */
export interface Session {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  /** The provider in use, which is `cpu` if the requested one was not there. */
  readonly provider: ExecutionProvider;
  /** Runs that are done at the same time; with 1 they also end in the order of the calls. */
  readonly concurrency: number;
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
