import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@polyhead/files';
import { toMarkdownTable } from './markdown-table.ts';
import { workDirectory } from './work-folder.ts';

/** What a benchmark found, beside the tables. */
type Figures = Readonly<Record<string, unknown>>;

/** Prints tables and lines while a benchmark runs, and keeps everything for the JSON file. */
export interface Report {
  /** A paragraph of the result. */
  line(text: string): void;
  table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): void;
  /** What is being done; on the error stream, not part of the result. */
  progress(text: string): void;
  /** Writes `.work/results/NAME.json`. */
  finish(figures: Figures): Promise<void>;
}

export function createReport(name: string, options: object): Report {
  const loadBefore = loadavg();
  const started = new Date();
  const markdown: string[] = [];
  const print = (text: string): void => {
    markdown.push(text);
    process.stdout.write(`${text}\n\n`);
  };
  process.stdout.write(`\n## ${name}\n\n`);
  return {
    line: print,
    table: (headings, rows) => print(toMarkdownTable(headings, rows)),
    progress: (text) => process.stderr.write(`${text}\n`),
    async finish(figures) {
      const loadAfter = loadavg();
      const loads = [loadBefore[0], loadAfter[0]].map((load) => load?.toFixed(1)).join(' and ');
      print(`Load average of the machine before and after: ${loads} on ${availableParallelism()} processors.`);
      const file = join(workDirectory, 'results', `${name}.json`);
      const environment = { ...describeMachine(), started, finished: new Date(), loadBefore, loadAfter };
      const result = { benchmark: name, options, environment, figures, markdown };
      await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`);
      process.stderr.write(`Written to ${file}\n`);
    },
  };
}

function describeMachine(): Figures {
  return {
    node: process.version,
    system: `${type()} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model,
    processors: availableParallelism(),
  };
}
