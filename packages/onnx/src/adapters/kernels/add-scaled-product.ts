/**
 * target + scale * up * down, each sum in double precision and rounded once.
 * @param target `[outputs, inputs]` @param up `[outputs, rank]` @param down `[rank, inputs]`
 */
export function addScaledProduct(
  target: Float32Array,
  up: Float32Array,
  down: Float32Array,
  rank: number,
  scale: number,
): Float32Array {
  const inputs = down.length / rank;
  const outputs = up.length / rank;
  const result = new Float32Array(target.length);
  const row = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++) {
    row.fill(0);
    for (let inner = 0; inner < rank; inner++) {
      const factor = up[output * rank + inner]!;
      for (let input = 0; input < inputs; input++) row[input]! += factor * down[inner * inputs + input]!;
    }
    const start = output * inputs;
    for (let input = 0; input < inputs; input++) result[start + input] = target[start + input]! + scale * row[input]!;
  }
  return result;
}
