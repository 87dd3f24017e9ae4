import { activations } from '../blocks/activation.ts';
import { attentionBias } from '../blocks/attention-bias.ts';
import { embeddings } from '../blocks/embeddings.ts';
import { flattenTokens } from '../blocks/flatten-tokens.ts';
import { linear } from '../blocks/linear.ts';
import type { Architecture } from './architecture.ts';
import { assertPlainBert, bert, bertLayers, bertLayerSizes, hiddenDropout, robertaClassifier } from './bert.ts';

/** ELECTRA's discriminator (Clark et al. 2020): BERT whose embeddings may be narrower than its layers. */
export const electra: Architecture = {
  modelTypes: ['electra'],
  probe: bert.probe,
  configuration: (reader) => bert.configuration(reader),
  build(context, tokens) {
    const { configuration } = context;
    assertPlainBert(configuration);
    const { hiddenSize, epsilon } = bertLayerSizes(configuration);
    const size = configuration.integer('embedding_size', hiddenSize);
    const states = embeddings(context, {
      size,
      epsilon,
      dropout: hiddenDropout(configuration),
      vocabularySize: configuration.integer('vocab_size'),
      positions: { kind: 'first', count: configuration.integer('max_position_embeddings'), padTokenId: 0 },
      types: { kind: 'input', count: configuration.integer('type_vocab_size', 2) },
    });
    const narrow = flattenTokens(context, states, size);
    const wide =
      size === hiddenSize
        ? narrow
        : linear(context, narrow, { name: 'embeddings_project', inputs: size, outputs: hiddenSize });
    return bertLayers(context, wide, { bias: attentionBias(context), tokens });
  },
  classify(context) {
    // The reference implementation uses the exact gelu here, whatever the layers have.
    return robertaClassifier(context, activations.gelu);
  },
};
