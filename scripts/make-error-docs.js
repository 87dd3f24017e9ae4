#!/usr/bin/env node
/** Writes docs/errors.md from the table of error codes. */
import { readFileSync, writeFileSync } from 'node:fs';

const source = readFileSync(new URL('../packages/types/src/error-codes.ts', import.meta.url), 'utf8');
const lines = [];
for (const line of source.split('\n')) {
  const group = /^ {2}\/\/ (.+)$/.exec(line);
  const code = /^ {2}([A-Z_]+):\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)")?/.exec(line);
  const continued = /^ {4}['"](.*)['"],$/.exec(line);
  if (group) lines.push('', `## ${group[1]}`, '', '| code | meaning |', '|---|---|');
  else if (code) lines.push(`| \`${code[1]}\` | ${code[2] ?? code[3] ?? ''} |`);
  else if (continued) lines[lines.length - 1] = lines[lines.length - 1].replace(/ \|$/, `${continued[1]} |`);
}
writeFileSync(
  new URL('../docs/errors.md', import.meta.url),
  `# Error codes

Every error that Polyhead throws is a \`PolyheadError\` with a stable \`code\`, a message that says what was wrong and where,
a \`remedy\`, and \`details\` for programs. Branch on the code; messages may change. The command line prints code and message
and ends with 1 for a failed job, 2 for wrong usage (\`INVALID_ARGUMENT\`, \`INVALID_CONFIGURATION\`) and 130 after Ctrl-C.
This page is made from the table in \`packages/types/src/error-codes.ts\` by \`node scripts/make-error-docs.js\`.
${lines.join('\n')}
`,
);
