import { createEmbeddingLoss, embeddingLossNames, type EmbeddingLossConfig } from './create-embedding-loss.ts';
import { describeEmbeddingLossContract } from './embedding-loss-contract.ts';

const withOptions: EmbeddingLossConfig[] = [
  { name: 'contrastive', distance: 'euclidean', margin: 2 },
  { name: 'contrastive', distance: 'manhattan', margin: 4 },
  { name: 'online-contrastive', distance: 'euclidean', margin: 2 },
  { name: 'multiple-negatives-ranking', symmetric: true, scale: 5 },
  { name: 'triplet', distance: 'cosine', margin: 0.5 },
  { name: 'triplet', distance: 'manhattan', margin: 1 },
  { name: 'batch-all-triplet', distance: 'cosine', margin: 0.4 },
  { name: 'batch-hard-triplet', distance: 'cosine', margin: 0.4 },
  { name: 'batch-hard-soft-margin-triplet', distance: 'cosine' },
  { name: 'batch-semi-hard-triplet', distance: 'cosine', margin: 0.4 },
  { name: 'supervised-contrastive', temperature: 0.5 },
];

for (const config of [...embeddingLossNames, ...withOptions]) {
  const title = typeof config === 'string' ? config : JSON.stringify(config);
  describeEmbeddingLossContract(title, () => createEmbeddingLoss(config));
}
