/** Finds a key that occurs twice at the top level of a JSON object, which `JSON.parse` would drop silently. */
export function findDuplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const match of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    const token = match[0];
    if (token === '{' || token === '[') {
      depth++;
    } else if (token === '}' || token === ']') {
      depth--;
    } else if (depth === 1 && match[1] !== undefined) {
      const key = token.slice(0, token.lastIndexOf('"') + 1);
      if (seen.has(key)) {
        return key.slice(1, -1);
      }
      seen.add(key);
    }
  }
  return undefined;
}
