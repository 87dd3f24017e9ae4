/** Softmax of every row of `data` `[rows, columns]`, in place; the maximum is taken off first, so nothing overflows. */
export function softmaxRows(data: Float32Array | Float64Array, rows: number, columns: number): void {
  for (let row = 0; row < rows; row += 1) {
    const start = row * columns;
    let maximum = -Infinity;
    for (let index = start; index < start + columns; index += 1) maximum = Math.max(maximum, data[index]!);
    let sum = 0;
    for (let index = start; index < start + columns; index += 1) {
      const exponential = Math.exp(data[index]! - maximum);
      data[index] = exponential;
      sum += exponential;
    }
    const scale = 1 / sum;
    for (let index = start; index < start + columns; index += 1) data[index]! *= scale;
  }
}
