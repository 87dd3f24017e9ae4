import { describeHeadContract } from '@polyhead/heads/testing';
import { nearestCentroid } from './nearest-centroid.ts';

describeHeadContract({ headType: nearestCentroid });
