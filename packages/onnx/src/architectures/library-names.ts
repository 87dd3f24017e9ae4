/** What the transformers library calls the parts of a sequence classification model. */
export interface LibraryNames {
  /** What the names of the encoder's tensors begin with. */
  readonly prefix: string;
  /** The class of the sequence classification model, for `architectures` of config.json. */
  readonly classifierClass: string;
}

const namesOfTypes: Readonly<Record<string, readonly [prefix: string, classes: string]>> = {
  bert: ['bert.', 'Bert'],
  roberta: ['roberta.', 'Roberta'],
  'xlm-roberta': ['roberta.', 'XLMRoberta'],
  camembert: ['roberta.', 'Camembert'],
  distilbert: ['distilbert.', 'DistilBert'],
  mpnet: ['mpnet.', 'MPNet'],
  electra: ['electra.', 'Electra'],
  albert: ['albert.', 'Albert'],
  'deberta-v2': ['deberta.', 'DebertaV2'],
  modernbert: ['model.', 'ModernBert'],
};

/** The library's names for a `model_type` that can be built; undefined for others. */
export function findLibraryNames(modelType: string): LibraryNames | undefined {
  const [prefix, classes] = namesOfTypes[modelType] ?? [];
  if (prefix === undefined || classes === undefined) return undefined;
  return { prefix, classifierClass: `${classes}ForSequenceClassification` };
}
