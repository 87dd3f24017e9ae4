import type { SavedHead } from '@polyhead/model';
import type { TrainedHead } from './measure-head.ts';

/** What the model folder keeps of a trained head. */
export function toSavedHead(head: TrainedHead): SavedHead {
  return {
    name: head.name,
    fitted: head.fitted,
    calibration: head.calibration,
    thresholds: head.thresholds,
    abstention: head.abstention,
    displayNames: head.displayNames,
    evaluation: head.evaluations,
    history: head.fitted.history,
    mistakes: head.mistakes,
  };
}
