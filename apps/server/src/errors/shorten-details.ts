import type { JsonObject, JsonValue } from '@polyhead/types';

const longestText = 500;
const longestList = 100;
const longestMessage = 2000;
/** What to do stands at the end of a message. */
const keptEnd = 400;

/** Cuts out the middle of a message that is too long to send and to log: what a request holds may stand in it. */
export function shortenMessage(message: string): string {
  if (message.length <= longestMessage) return message;
  return `${cutText(message, longestMessage - keptEnd)} ${toWholeCharacters(message.slice(-keptEnd))}`;
}

/** Cuts long texts and lists in the details of an error. */
export function shortenDetails(details: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, shortenValue(value)]));
}

function shortenValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.length <= longestText ? value : cutText(value, longestText);
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.slice(0, longestList).map(shortenValue) : shortenDetails(value);
}

function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function cutText(text: string, length: number): string {
  return `${toWholeCharacters(text.slice(0, length))}...`;
}

/** Without the halves of a surrogate pair that a cut leaves at the ends. */
function toWholeCharacters(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
