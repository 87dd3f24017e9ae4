/** The numbers of one AdamW step. */
export interface AdamWStep {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Learning rate over the first moment's bias correction. */
  readonly stepSize: number;
  /** Square root of the second moment's bias correction. */
  readonly secondCorrection: number;
  /** 1 - learning rate * weight decay. */
  readonly keep: number;
}

/** AdamW with decoupled decay (Loshchilov and Hutter, 2019), as PyTorch computes it. */
export function adamWStep(
  parameter: Float32Array,
  gradient: Float32Array,
  first: Float32Array,
  second: Float32Array,
  { beta1, beta2, epsilon, stepSize, secondCorrection, keep }: AdamWStep,
): void {
  const rest1 = 1 - beta1;
  const rest2 = 1 - beta2;
  const scale = 1 / secondCorrection;
  for (let index = 0; index < parameter.length; index += 1) {
    const slope = gradient[index]!;
    const mean = beta1 * first[index]! + rest1 * slope;
    const square = beta2 * second[index]! + rest2 * slope * slope;
    first[index] = mean;
    second[index] = square;
    parameter[index] = keep * parameter[index]! - (stepSize * mean) / (Math.sqrt(square) * scale + epsilon);
  }
}

/** SGD: the decay is added to the gradient, then `buffer = momentum * buffer + gradient`. */
export function sgdStep(
  parameter: Float32Array,
  gradient: Float32Array,
  buffer: Float32Array,
  learningRate: number,
  momentum: number,
  weightDecay: number,
  nesterov: boolean,
): void {
  for (let index = 0; index < parameter.length; index += 1) {
    const slope = gradient[index]! + weightDecay * parameter[index]!;
    const moved = momentum * buffer[index]! + slope;
    buffer[index] = moved;
    parameter[index] = parameter[index]! - learningRate * (nesterov ? slope + momentum * moved : moved);
  }
}
