import { describe, expect, it } from 'vitest';
import { assembleModule, moduleNames } from '../../scripts/assemble-module.ts';

describe('WebAssembly modules', () => {
  it.each(moduleNames)('%s-module.ts holds the binary of the .wat file', async (name) => {
    const exports = (await import(`./${name}-module.ts`)) as Readonly<Record<string, string>>;
    expect(exports[`${name}Module`]).toBe(await assembleModule(name));
  });
});
