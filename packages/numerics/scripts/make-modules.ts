import { writeFileSync } from 'node:fs';
import { assembleModule, kernelFolder, moduleNames } from './assemble-module.ts';

/** Writes src/kernels/NAME-module.ts from every src/kernels/NAME.wat. Run it after every change there. */
for (const name of moduleNames) {
  const text = `/** ${name}.wat as a binary, in base64; made by scripts/make-modules.ts. */
export const ${name}Module =
  '${await assembleModule(name)}';
`;
  writeFileSync(new URL(`${name}-module.ts`, kernelFolder), text);
}
