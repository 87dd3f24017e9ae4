import createWabt from 'wabt';

/** The WebAssembly binary of a module in text form. */
export async function assembleProductModule(source: string): Promise<Uint8Array> {
  const wabt = await createWabt();
  const parsed = wabt.parseWat('product.wat', source, { simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return buffer;
}
