import type { JsonObject } from '@polyhead/types';
import { assertJsonObject, readNumber } from '../json.ts';
import type { Figures } from './figures.ts';
import type { TrainingTotals } from './step-log.ts';

/** What a training came to. */
export interface RunResult extends TrainingTotals {
  readonly figures: Figures;
}

export function readRunResult(value: JsonObject): RunResult {
  return {
    figures: readFigures(assertJsonObject(value['figures'])),
    steps: readNumber(value, 'steps'),
    seconds: readNumber(value, 'seconds'),
    tokens: readNumber(value, 'tokens'),
  };
}

/** A figure that JSON has no number for is NaN. */
export function readFigures(value: JsonObject): Figures {
  return Object.fromEntries(
    Object.keys(value).map((name) => [name, value[name] === null ? NaN : readNumber(value, name)]),
  );
}
