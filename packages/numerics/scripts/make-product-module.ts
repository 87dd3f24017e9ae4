import { readFileSync, writeFileSync } from 'node:fs';
import { assembleProductModule } from './assemble-product-module.ts';

/** Writes src/kernels/product-module.ts from src/kernels/product.wat. Run it after every change there. */
const folder = new URL('../src/kernels/', import.meta.url);
const bytes = await assembleProductModule(readFileSync(new URL('product.wat', folder), 'utf8'));
const text = `/** product.wat as a binary, in base64; made by scripts/make-product-module.ts. */
export const productModule =
  '${Buffer.from(bytes).toString('base64')}';
`;
writeFileSync(new URL('product-module.ts', folder), text);
