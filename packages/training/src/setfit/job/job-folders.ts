import { join } from 'node:path';
import { checkpointDirectory, phaseFolders } from '../../finetune/job/job-folder.ts';

/** Where the parts of a few-shot job lie until the model is written. */
export interface SetFitFolders {
  /** Everything, and the live report. */
  readonly root: string;
  /** Checkpoints of the embedding phase. */
  readonly embedding: string;
  /** The encoder after the embedding phase. */
  readonly body: string;
  /** The low-rank adapters that made it, if they are kept. */
  readonly adapters: string;
  /** Checkpoints of training encoder and heads together. */
  readonly classifier: string;
  /** The encoder after that. */
  readonly trained: string;
}

/** The folders of a job, beside its output folder. */
export function toFolders(output: string): SetFitFolders {
  const root = checkpointDirectory(output);
  const inside = (name: string): string => join(root, name);
  return {
    root,
    embedding: inside(phaseFolders.embedding),
    body: inside('body'),
    adapters: inside('adapters'),
    classifier: inside(phaseFolders.classifier),
    trained: inside('encoder'),
  };
}
