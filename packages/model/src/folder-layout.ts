/** The names of the files of a model folder. */
export const files = {
  manifest: 'polyhead.json',
  thresholds: 'thresholds.json',
  metrics: 'metrics.json',
  training: 'training.json',
  card: 'README.md',
  report: 'report.html',
  heads: 'heads',
  encoder: 'encoder',
  adapters: 'adapters',
} as const;

/** Weights of a head, relative to the model folder. */
export function headWeightsFile(name: string): string {
  return `${files.heads}/${name}.safetensors`;
}

/** Training history and wrong examples of a head, relative to the model folder; not needed to predict. */
export function headRecordFile(name: string): string {
  return `${files.heads}/${name}.training.json`;
}

/** First parts of the paths that belong to the model; anything else in the folder is the user's. */
export const ownNames: ReadonlySet<string> = new Set(Object.values(files));
