import { headTypes } from '../registry.ts';
import { describeHeadContract } from './describe-head-contract.ts';

for (const headType of headTypes.list()) {
  if (headType.type !== 'linear') describeHeadContract({ headType });
}
