import type { JsonObject, JsonValue } from '@polyhead/types';
import { formatFigure } from './format.ts';

/** Numbers in rows and columns, ready to show. */
export interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

/**
 * Counts by head as a table: `{intent: {train: 5, test: 2}}` to the row `intent` with the columns `train` and `test`.
 * @returns undefined if the value is not two levels of plain values
 */
export function toNumberTable(value: JsonObject): NumberTable | undefined {
  const entries = Object.entries(value);
  const groups = entries.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  if (groups.length === 0 || groups.length < entries.length) return undefined;
  if (groups.some(([, group]) => Object.values(group).some((part) => typeof part === 'object' && part !== null))) {
    return undefined;
  }
  const columns = [...new Set(groups.flatMap(([, group]) => Object.keys(group)))];
  const rows = groups.map(([name, group]) => ({ name, cells: columns.map((column) => formatValue(group[column])) }));
  return { columns: columns.map(spaced), rows };
}

/** Any object as pairs of name and text: `{intent: {train: 5}}` to `intent: train` and `5`. */
export function toNumberList(value: JsonObject): [string, string][] {
  return Object.entries(value).flatMap(([name, part]) => {
    if (isObject(part)) return toNumberList(part).map(([inner, text]): [string, string] => [`${name}: ${inner}`, text]);
    return [[spaced(name), formatValue(part)]];
  });
}

function formatValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en-US') : formatFigure(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
