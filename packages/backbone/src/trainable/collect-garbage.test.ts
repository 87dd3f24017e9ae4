import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';

it('frees what is no longer used and keeps what is', async () => {
  const kept = new WeakRef(process);
  const lost = new WeakRef(new Float32Array(1 << 20));
  // What a weak reference was made of is used until the current work has ended.
  await setImmediate();
  collectGarbage();
  expect(lost.deref()).toBeUndefined();
  expect(kept.deref()).toBe(process);
});
