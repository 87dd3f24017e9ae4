export {
  finetune,
  type FinetuneOptions,
  type FinetuneResult,
  type TaskWeighting,
} from '../../../packages/training/src/finetune/finetune.ts';
export type { JointExamples } from '../../../packages/training/src/finetune/heads/joint-examples.ts';
