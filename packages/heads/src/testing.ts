export { describeHeadContract, type HeadContractOptions } from './testing/describe-head-contract.ts';
export { createToyExamples, type ToySizes } from './testing/toy-examples.ts';
