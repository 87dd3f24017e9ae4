// A program that ends while a model is being loaded, while it runs, or after it has run without having been released.
// Arguments: `loading`, `running` or `idle`, and after how many milliseconds it ends.
import { createSessionTeam } from '../index.ts';
import { powerModel } from './tiny-models.ts';

const [moment, milliseconds] = process.argv.slice(2);
const exitSoon = (): void => void setTimeout(() => process.exit(7), Number(milliseconds));
const size = 700;
const x = { dataType: 'float32', shape: [size, size], data: new Float32Array(size * size) } as const;

if (moment === 'loading') exitSoon();
const session = await createSessionTeam(powerModel(), { threads: 2, workers: 2 });
if (moment === 'running') {
  exitSoon();
  for (;;) await Promise.all([1, 2, 3, 4, 5].map(() => session.run({ x })));
}
await session.run({ x });
