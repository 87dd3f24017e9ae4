import { describeHeadContract } from '@polyhead/heads/testing';
import { nearestNeighbours } from './nearest-neighbours.ts';

describeHeadContract({ headType: nearestNeighbours });
