import { PolyheadError, type FittedHead, type FittedHeadState, type HeadType } from '@polyhead/types';
import { checkHeadType } from './contract/checked-head.ts';
import { linear } from './linear/linear-head.ts';
import { linearSvm } from './linear-svm/linear-svm.ts';
import { logisticRegression } from './logistic-regression/logistic-regression.ts';
import { classifierChain } from './multi-label/classifier-chain.ts';
import { ridge } from './ridge/ridge.ts';

/** The head types that a program knows, by name. Immutable. */
export interface HeadTypeRegistry {
  /** @throws {PolyheadError} HEAD_TYPE_UNKNOWN */
  get(type: string): HeadType;
  /** In the order of registration. */
  list(): readonly HeadType[];
}

/**
 * A registry of head types, such as `createHeadTypeRegistry([...headTypes.list(), myHeadType])`. The types that it gives
 * check their heads: a fitted head that returns logits of a wrong shape or that are no numbers is refused.
 * @throws {PolyheadError} INVALID_ARGUMENT if two have the same name
 */
export function createHeadTypeRegistry(types: readonly HeadType[]): HeadTypeRegistry {
  const byName = new Map<string, HeadType>();
  for (const headType of types) {
    if (byName.has(headType.type)) {
      throw new PolyheadError('INVALID_ARGUMENT', {
        message: `Two head types are named "${headType.type}".`,
        remedy: 'Give your own head type another name.',
        details: { headType: headType.type },
      });
    }
    byName.set(headType.type, checkHeadType(headType));
  }
  return {
    list: () => [...byName.values()],
    get(type) {
      const found = byName.get(type);
      if (found !== undefined) return found;
      throw new PolyheadError('HEAD_TYPE_UNKNOWN', {
        message: `There is no head type "${type}".`,
        remedy: `Known types are ${[...byName.keys()].join(', ')}; register your own with createHeadTypeRegistry.`,
        details: { headType: type },
      });
    },
  };
}

/** The head types of this package. */
export const headTypes: HeadTypeRegistry = createHeadTypeRegistry([
  logisticRegression,
  linear,
  linearSvm,
  ridge,
  classifierChain,
]);

/**
 * Brings a saved head back through the type that its state names.
 * @throws {PolyheadError} HEAD_TYPE_UNKNOWN, TENSOR_MISSING, TENSOR_SHAPE_MISMATCH
 */
export function restoreFittedHead(state: FittedHeadState, registry: HeadTypeRegistry = headTypes): FittedHead {
  return registry.get(state.type).restore(state);
}
