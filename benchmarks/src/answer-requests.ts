import { createInterface } from 'node:readline';
import type { JsonObject } from '@polyhead/types';

/** The other end of `startPeer`, for measuring Polyhead in a process of its own: says that it is ready and answers line by line. */
export async function answerRequests(
  ready: JsonObject,
  answer: (request: JsonObject) => Promise<JsonObject>,
): Promise<void> {
  const write = (value: JsonObject): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  write(ready);
  for await (const line of createInterface({ input: process.stdin })) {
    write(await answer(JSON.parse(line) as JsonObject));
  }
}
