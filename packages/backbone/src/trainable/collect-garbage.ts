import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Frees what is no longer used, at once. V8 looks for garbage when much is allocated; after a model was loaded nothing is
 * any more, and the arrays that its files were read into would stay for as long as it is trained. Takes some 20 ms. The
 * flag of V8 is set only until the function is in hand, so that a program does not find a `gc` that it did not ask for.
 * Engines that have no such function collect when they like.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext("typeof gc === 'function' ? gc : undefined") as (() => void) | undefined;
  setFlagsFromString('--no-expose-gc');
  collect?.();
}
