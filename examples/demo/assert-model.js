#!/usr/bin/env node
/** Ends `npm start` with a hint, before anything is built, while there is no demo model to serve. */
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../../demo-model/polyhead.json', import.meta.url))) {
  console.error('error FILE_NOT_FOUND: There is no model in demo-model/ to serve yet. Make it with: npm run demo');
  process.exit(1);
}
