import { Command, Option } from 'commander';
import { all, toCount, withData, withModel, withPython, withThreads } from './command-options.ts';
import { runEncodeBenchmark, type EncodeBenchmarkOptions } from './encode/encode.ts';
import { fetchData, type FetchDataOptions } from './fetch/fetch-data.ts';
import { runHeadsBenchmark, type HeadsBenchmarkOptions } from './heads.ts';
import { bgeM3 } from './large-model/checkpoint-shape.ts';
import { runLargeModelBenchmark, type LargeModelBenchmarkOptions } from './large-model/large-model.ts';
import { measureLargeModel, type MeasureOptions } from './large-model/measure-large-model.ts';
import { runLogisticRegressionBenchmark, type LogisticRegressionBenchmarkOptions } from './logistic-regression.ts';
import { runMassiveBenchmark, type MassiveBenchmarkOptions } from './massive.ts';
import { runMemoryBenchmark, type MemoryBenchmarkOptions } from './memory.ts';
import { addTrainingCommands } from './training-commands.ts';
import { runUpdatesBenchmark, type UpdatesBenchmarkOptions } from './updates/updates.ts';
import { runWindowPoolingBenchmark, type WindowPoolingBenchmarkOptions } from './zero-shot/window-pooling.ts';
import { runZeroShotMemoryBenchmark, type ZeroShotMemoryBenchmarkOptions } from './zero-shot/zero-shot-memory.ts';
import { runZeroShotBenchmark, type ZeroShotBenchmarkOptions } from './zero-shot/zero-shot.ts';

/** The command line of the suite: one command a benchmark. */
export function createProgram(): Command {
  const program = new Command('bench')
    .description('Measures Polyhead, beside other libraries where they are installed. See benchmarks/README.md.')
    .showHelpAfterError();
  for (const add of [
    addEncode,
    addLogisticRegression,
    addMassive,
    addMemory,
    addLargeModel,
    addHeads,
    addUpdates,
    addZeroShot,
    addTrainingCommands,
    addFetchData,
  ]) {
    add(program);
  }
  return program;
}

function addEncode(program: Command): void {
  const command = program
    .command('encode')
    .description('texts a second, against sentence-transformers and transformers.js');
  withModel(withPython(withData(withThreads(command))))
    .option('--peer-model <dir>', 'another folder for sentence-transformers (default: the same folder)')
    .option('--texts <n>', 'at most so many texts of each set', toCount, all)
    .option('--rounds <n>', 'measured rounds', toCount, 5)
    .action((options: EncodeBenchmarkOptions) => runEncodeBenchmark(options));
}

function addLogisticRegression(program: Command): void {
  const command = program
    .command('logistic-regression')
    .description('28 fits on go_emotions: seconds and F1, against scikit-learn');
  withModel(withPython(withData(withThreads(command))))
    .option('--texts <n>', 'at most so many texts of each split', toCount, all)
    .option('--rounds <n>', 'measured rounds', toCount, 5)
    .action((options: LogisticRegressionBenchmarkOptions) => runLogisticRegressionBenchmark(options));
}

function addMassive(program: Command): void {
  const command = program
    .command('massive')
    .description('intents in five languages, trained on English only, against scikit-learn on sentence-transformers');
  withPython(withData(withThreads(command)))
    .requiredOption('--model <ref>', 'a multilingual encoder: a folder or a Hugging Face id')
    .option('--prompt <text>', 'put before every text', 'query: ')
    .option('--texts <n>', 'at most so many texts of each split and language', toCount, all)
    .action((options: MassiveBenchmarkOptions) => runMassiveBenchmark(options));
}

function addMemory(program: Command): void {
  const command = program.command('memory').description('memory while a large file is encoded as a stream');
  withModel(withThreads(command))
    .option('--texts <n>', 'texts of the file', toCount, 1_000_000)
    .option('--every <n>', 'texts between two samples', toCount, 5000)
    .action((options: MemoryBenchmarkOptions) => runMemoryBenchmark(options));
}

function addLargeModel(program: Command): void {
  const command = program
    .command('large-model')
    .description("loads and runs a checkpoint of bge-m3's shape with random weights");
  withThreads(command)
    .addOption(new Option('--dtype <type>', 'type of the file').choices(['float32', 'float16']).default('float32'))
    .option('--layers <n>', 'fewer layers, for a quick try', toCount, bgeM3.layers)
    .option('--words <n>', 'a smaller vocabulary, for a quick try', toCount, bgeM3.words)
    .action((options: LargeModelBenchmarkOptions) => runLargeModelBenchmark(options));
  withThreads(program.command('measure-large-model <dir>', { hidden: true }))
    .requiredOption('--cache <dir>')
    .action((directory: string, options: MeasureOptions) => measureLargeModel(directory, options));
}

function addHeads(program: Command): void {
  const command = program.command('heads').description('every head type on banking77 and go_emotions: seconds and F1');
  withPython(withModel(withData(withThreads(command))))
    .option('--texts <n>', 'at most so many texts of each split', toCount, all)
    .option('--rounds <n>', 'measured rounds', toCount, 3)
    .action((options: HeadsBenchmarkOptions) => runHeadsBenchmark(options));
}

function addUpdates(program: Command): void {
  const command = program
    .command('updates')
    .description('AdamW, SGD and sums of gradients: time by threads and memory');
  withThreads(command)
    .option('--parameters <n>', 'how many parameters', toCount, 22_000_000)
    .option('--rounds <n>', 'measured rounds', toCount, 9)
    .action((options: UpdatesBenchmarkOptions) => runUpdatesBenchmark(options));
}

function addZeroShot(program: Command): void {
  const command = program
    .command('zero-shot')
    .description('classification by entailment: texts a second, against transformers and transformers.js');
  withPython(withData(withThreads(command)))
    .requiredOption('--model <ref>', 'the NLI model: a folder or a Hugging Face id')
    .option('--texts <n>', 'texts of banking77', toCount, 200)
    .option('--labels <n>', 'labels that they are held against', toCount, 10)
    .option('--rounds <n>', 'measured rounds', toCount, 5)
    .action((options: ZeroShotBenchmarkOptions) => runZeroShotBenchmark(options));
  const memory = program
    .command('zero-shot-memory')
    .description('memory while a stream of texts is held against 77 labels');
  withData(withThreads(memory))
    .addOption(new Option('--method <method>', 'how').choices(['embedding', 'nli', 'cascade']).default('embedding'))
    .option('--model <ref>', 'the NLI model, for nli and cascade')
    .option('--texts <n>', 'texts of the stream', toCount, 10_000)
    .option('--every <n>', 'texts between two samples', toCount, 250)
    .action((options: ZeroShotMemoryBenchmarkOptions) => runZeroShotMemoryBenchmark(options));
  const pooling = program
    .command('window-pooling')
    .description('zero-shot classification of long documents: accuracy by how their windows decide together');
  withData(withThreads(pooling))
    .option('--model <ref>', 'the NLI model (default: the bundled one)')
    .option('--documents <n>', 'documents of each set and kind', toCount, 200)
    .action((options: WindowPoolingBenchmarkOptions) => runWindowPoolingBenchmark(options));
}

function addFetchData(program: Command): void {
  program
    .command('fetch-data')
    .description('fetches the public data sets into a data folder')
    .requiredOption('--output <dir>', 'the data folder')
    .option('--only <sets>', 'some of sst2,go_emotions,banking77,massive')
    .action((options: FetchDataOptions) => fetchData(options));
}
