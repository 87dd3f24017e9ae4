import { parentPort, workerData } from 'node:worker_threads';
import { attachSharedArrays, createParameterKernels } from '@polyhead/numerics';

// Does one kind of update at a message, to its own part of the arrays, and answers with nothing.
const kernels = createParameterKernels();
const { handle, from, to } = workerData;
const [parameters, gradients, firstMoments, secondMoments, others] = attachSharedArrays(handle).map((array) =>
  array.subarray(from, to),
);
const step = { learningRate: 1e-4, weightDecay: 0.01, gradientScale: 0.5 };
const work = {
  adamW: () =>
    kernels.adamW(
      { parameters, gradients, firstMoments, secondMoments },
      { ...step, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, updates: 3 },
    ),
  sgd: () =>
    kernels.sgd({ parameters, gradients, velocities: firstMoments }, { ...step, momentum: 0.9, isFirst: false }),
  sumInto: () => kernels.sumInto(gradients, [others]),
};
parentPort?.on('message', (kind) => {
  work[kind]();
  parentPort?.postMessage(0);
});
