import type { JsonObject, JsonValue } from '@polyhead/types';

/** A field in which two values differ; undefined where one of them lacks it. */
export interface Difference {
  /** Names joined by dots: `training.learningRate`. */
  readonly field: string;
  readonly before: JsonValue | undefined;
  readonly now: JsonValue | undefined;
}

/** The fields in which two JSON values differ. */
export function findDifferences(before: JsonValue | undefined, now: JsonValue | undefined, field = ''): Difference[] {
  if (isObject(before) && isObject(now)) {
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].flatMap((name) =>
      findDifferences(before[name], now[name], field === '' ? name : `${field}.${name}`),
    );
  }
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [{ field, before, now }];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `training.epochs was 3 and is 5`. */
export function describeDifference({ field, before, now }: Difference): string {
  return `${field} was ${show(before)} and is ${show(now)}`;
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
