import type { ClassifierContext } from '../blocks/classification-head.ts';
import type { EncoderContext } from '../blocks/encoder-context.ts';
import type { TokenSelection } from '../blocks/token-selection.ts';
import type { ConfigurationReader } from '../checkpoint/configuration-reader.ts';

/** What a caller must know about an encoder. */
export interface EncoderConfiguration {
  /** `model_type` of config.json. */
  readonly modelType: string;
  /** Width of a token state. */
  readonly hiddenSize: number;
  readonly layerCount: number;
  /** Longest input in tokens that the position embeddings allow. */
  readonly maximumPositions: number;
  readonly padTokenId: number;
}

/** How the encoders of one family are built. */
export interface Architecture {
  /** The values of `model_type` that it handles. */
  readonly modelTypes: readonly string[];
  /** A tensor that every checkpoint of the family has, by its name in the bare encoder. */
  readonly probe: string;
  /** @throws {PolyheadError} INVALID_CONFIGURATION */
  configuration(reader: ConfigurationReader): Omit<EncoderConfiguration, 'modelType'>;
  /**
   * Adds the encoder to the graph and returns the states `[tokens, hidden]` of all tokens or `[batch, hidden]` of first ones.
   * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, INVALID_CONFIGURATION
   */
  build(context: EncoderContext, tokens: TokenSelection): string;
  /**
   * Adds the head of the family's sequence classification models and returns its logits `[batch, labels]`.
   * @throws {PolyheadError} TENSOR_MISSING, TENSOR_SHAPE_MISMATCH, INVALID_CONFIGURATION
   */
  classify(context: ClassifierContext): string;
}
