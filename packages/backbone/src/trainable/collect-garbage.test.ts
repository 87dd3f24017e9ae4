import { setImmediate } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
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

it('leaves no function behind that a program did not ask for', () => {
  collectGarbage();
  expect(runInNewContext('typeof gc')).toBe('undefined');
});
