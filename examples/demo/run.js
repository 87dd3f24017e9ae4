#!/usr/bin/env node
/** The demo: trains a model with two heads on the data of this repository, then asks it a few things. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sentences = [
  'My card still has not arrived, how much longer do I have to wait?',
  'Thank you so much, you saved my day!',
  'I was charged twice for the same coffee and I am furious.',
];

/** Runs a polyhead command and shows it as one would type it. */
function polyhead(...words) {
  const shown = words.map((word) => (/[^\w./=-]/.test(word) ? `"${word}"` : word)).join(' ');
  console.log(`\n$ npx polyhead ${shown}`);
  const result = spawnSync(process.execPath, ['apps/trainer/bin/polyhead.js', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

polyhead('train', '--config', 'examples/demo/polyhead.yaml');
polyhead('predict', 'demo-model', ...sentences, '--format', 'table');
console.log(`
The model is in demo-model/; open demo-model/report.html in a browser to see how good it is.

Next: npm start          serves this model on http://127.0.0.1:8080
      npx polyhead info demo-model
`);
