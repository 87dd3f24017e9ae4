import type { AddedToken } from './added-tokens.ts';
import type { TokenModel } from './models/token-model.ts';

/** The tokens of a model together with the added ones. */
export interface Vocabulary {
  readonly size: number;
  /** Ids that decoding may skip. */
  readonly specialIds: ReadonlySet<number>;
  readonly toId: (token: string) => number | undefined;
  readonly toToken: (id: number) => string | undefined;
}

/** Added tokens come before those of the model. */
export function createVocabulary(model: TokenModel, added: readonly AddedToken[]): Vocabulary {
  const ids = new Map(added.map((token) => [token.content, token.id]));
  const tokens = new Map(added.map((token) => [token.id, token.content]));
  return {
    size: model.size + added.filter((token) => model.toId(token.content) === undefined).length,
    specialIds: new Set(added.filter((token) => token.special).map((token) => token.id)),
    toId: (token) => ids.get(token) ?? model.toId(token),
    toToken: (id) => tokens.get(id) ?? model.toToken(id),
  };
}
