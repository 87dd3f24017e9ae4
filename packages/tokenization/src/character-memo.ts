const limit = 8192;

/** Remembers a function of short texts; forgets everything when it has grown to 8,192 entries. */
export function rememberCharacters<Result>(compute: (characters: string) => Result): (characters: string) => Result {
  const known = new Map<string, Result>();
  return (characters) => {
    const found = known.get(characters);
    if (found !== undefined) return found;
    if (known.size >= limit) known.clear();
    const result = compute(characters);
    known.set(characters, result);
    return result;
  };
}
