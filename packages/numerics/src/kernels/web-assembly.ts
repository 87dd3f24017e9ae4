/** The memory of a WebAssembly module; the types of Node.js do not have it. */
export interface ModuleMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the global `WebAssembly` that is used here. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
}

const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;
const bytesPerPage = 0x10000;

/** A function that makes instances of a module. It is compiled at the first call. */
export function createInstantiator(base64: string): () => object {
  let compiled: object | undefined;
  return () => {
    compiled ??= new webAssembly.Module(Buffer.from(base64, 'base64'));
    return new webAssembly.Instance(compiled).exports;
  };
}

/** Grows an empty memory so that it has so many bytes, all 0. */
export function growToBytes(memory: ModuleMemory, bytes: number): void {
  memory.grow(Math.ceil(bytes / bytesPerPage));
}
