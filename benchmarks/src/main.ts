import { PolyheadError } from '@polyhead/types';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
} catch (error) {
  const text = PolyheadError.isInstance(error)
    ? `error ${error.code}: ${error.message}`
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  process.stderr.write(`${text}\n`);
  // A peer that is still running would keep this process alive.
  process.exit(1);
}
