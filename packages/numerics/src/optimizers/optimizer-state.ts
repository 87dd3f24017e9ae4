import type { OptimizerState } from './optimizer.ts';

type MomentMaps = Readonly<Record<string, Map<string, Float32Array>>>;

/** All moments under `KIND/NAME`. */
export function toStateArrays(moments: MomentMaps): Record<string, Float32Array> {
  const arrays: Record<string, Float32Array> = {};
  for (const [kind, byName] of Object.entries(moments)) {
    for (const [name, values] of byName) arrays[`${kind}/${name}`] = values;
  }
  return arrays;
}

/** Fills step counts and moments from a state; what was there before is forgotten. */
export function fromStateArrays(state: OptimizerState, steps: Map<string, number>, moments: MomentMaps): void {
  steps.clear();
  for (const [name, count] of Object.entries(state.steps)) steps.set(name, count);
  for (const [kind, byName] of Object.entries(moments)) {
    byName.clear();
    const prefix = `${kind}/`;
    for (const [key, values] of Object.entries(state.arrays)) {
      if (key.startsWith(prefix)) byName.set(key.slice(prefix.length), values);
    }
  }
}
