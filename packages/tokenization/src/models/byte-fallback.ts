/** The ids of `<0xE2>` tokens, one a UTF-8 byte; undefined if the vocabulary lacks one. */
export function byteIds(text: string, toId: (token: string) => number | undefined): number[] | undefined {
  const ids: number[] = [];
  for (const byte of Buffer.from(text, 'utf8')) {
    const id = toId(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
