/** The memory of a WebAssembly module; the types of Node.js do not have it. */
export interface ModuleMemory<Buffer = ArrayBuffer> {
  readonly buffer: Buffer;
  grow(pages: number): number;
}

/** A memory that threads share: it can be sent to them. */
export type SharedModuleMemory = ModuleMemory<SharedArrayBuffer>;

interface SharedMemorySize {
  readonly initial: number;
  readonly maximum: number;
  readonly shared: true;
}

/** The part of the global `WebAssembly` that is used here. */
interface WebAssemblyApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: object };
  Memory: new (size: SharedMemorySize) => SharedModuleMemory;
}

const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;
const bytesPerPage = 0x10000;

/**
 * A function that makes instances of a module. The module is compiled at the first call.
 * @returns takes the memory that the module imports, if it does
 */
export function createInstantiator(base64: string): (memory?: SharedModuleMemory) => object {
  let compiled: object | undefined;
  return (memory) => {
    compiled ??= new webAssembly.Module(Buffer.from(base64, 'base64'));
    return new webAssembly.Instance(compiled, memory === undefined ? {} : { from: { memory } }).exports;
  };
}

/** Grows an empty memory so that it has so many bytes, all 0. */
export function growToBytes(memory: ModuleMemory, bytes: number): void {
  memory.grow(Math.ceil(bytes / bytesPerPage));
}

/** Most bytes that a memory can have so that the address behind its last byte still fits in 32 bits. */
export const largestMemory: number = 0xffff * bytesPerPage;

/** A memory of so many bytes, all 0. */
export function createSharedModuleMemory(bytes: number): SharedModuleMemory {
  const pages = Math.ceil(bytes / bytesPerPage);
  return new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}
