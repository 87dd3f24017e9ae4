import { headTypes } from '../registry.ts';
import { describeHeadContract } from './describe-head-contract.ts';

// `linear` runs it beside its other tests, with options that keep its fits short.
for (const headType of headTypes.list()) {
  if (headType.type !== 'linear') describeHeadContract({ headType });
}
