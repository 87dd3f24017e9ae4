import { readFileSync } from 'node:fs';
import createWabt from 'wabt';

/** The modules that stand in src/kernels/, as NAME.wat and, in base64, as NAME-module.ts. */
export const moduleNames: readonly string[] = ['product', 'parameters', 'dropout'];

/** Where the modules stand. */
export const kernelFolder: URL = new URL('../src/kernels/', import.meta.url);

const features = { simd: true, threads: true };

/** The WebAssembly binary of NAME.wat, in base64. */
export async function assembleModule(name: string): Promise<string> {
  const source = readFileSync(new URL(`${name}.wat`, kernelFolder), 'utf8');
  const wabt = await createWabt();
  const parsed = wabt.parseWat(`${name}.wat`, source, features);
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return Buffer.from(buffer).toString('base64');
}
