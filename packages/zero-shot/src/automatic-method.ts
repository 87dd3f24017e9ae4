import type { CrossEncoder, Encoder, ZeroShotMethod } from '@polyhead/types';
import { defaultEncoder, defaultNliModel } from './default-models.ts';

/** The models that somebody gave, if any. */
export interface GivenModels {
  readonly model?: string | CrossEncoder | undefined;
  readonly encoder?: string | Encoder | undefined;
}

/**
 * The method that `auto` takes: the cascade was measured with the bundled models, so a model of one's own answers alone; with
 * one for each stage it is the cascade again.
 */
export function automaticMethod({ model, encoder }: GivenModels): ZeroShotMethod {
  const ownModel = model !== undefined && model !== defaultNliModel;
  const ownEncoder = encoder !== undefined && encoder !== defaultEncoder;
  if (ownModel === ownEncoder) return 'cascade';
  return ownModel ? 'nli' : 'embedding';
}
