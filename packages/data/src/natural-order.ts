/**
 * Compares as people count: runs of digits by their value, everything else by code unit, so that `2` comes before `10`
 * and `level 2` before `level 10`. Does not depend on the locale.
 */
export function compareNaturally(first: string, second: string): number {
  const left = first.match(/\d+|\D+/g) ?? [];
  const right = second.match(/\d+|\D+/g) ?? [];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.length === right.length ? compareText(first, second) : -1;
}

function compareParts(first: string, second: string): number {
  if (!isDigits(first) || !isDigits(second)) return compareText(first, second);
  const left = first.replace(/^0+(?=\d)/, '');
  const right = second.replace(/^0+(?=\d)/, '');
  return left.length === right.length ? compareText(left, right) : left.length - right.length;
}

function isDigits(text: string): boolean {
  return text >= '0' && text < ':';
}

function compareText(first: string, second: string): number {
  return first === second ? 0 : first < second ? -1 : 1;
}
