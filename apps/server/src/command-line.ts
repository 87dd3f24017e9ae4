import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };

/** What the command line says: the model folder, and settings as they were typed. */
export interface CommandLine {
  readonly directory: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Reads the command line. Throws CommanderError for wrong usage, and after --help and --version, instead of ending the process. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const program = new Command('polyhead-server')
    .description(packageJson.description)
    .version(packageJson.version)
    .argument('<model>', 'model folder, as `polyhead train` writes it')
    .option('--port <number>', 'port to listen on; 0 takes a free one (default: 8080)')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all (default: 127.0.0.1)')
    .option('--name <name>', 'what the model is called in replies (default: the name of its folder)')
    .option('--workers <count>', 'worker threads, each with the whole model (default: 1)')
    .option('--threads <count>', 'threads of ONNX Runtime in each worker (default: processors / workers)')
    .option('--max-texts <count>', 'most texts of a request (default: 1024)')
    .option('--max-characters <count>', 'most characters of a text, or of a sentence about a label (default: 100000)')
    .option('--max-pairs <count>', 'most texts times sentences about labels of a zero-shot request (default: 10000)')
    .option('--max-body-bytes <count>', 'most bytes of a request body (default: 4194304)')
    .option('--queue-length <count>', 'requests that may wait beside one a worker; past it 429 (default: 64)')
    .option('--drain-seconds <count>', 'seconds to finish running requests when stopped (default: 30)')
    .option('--zero-shot', 'answer /v1/zero-shot too: any labels, without training')
    .option('--zero-shot-method <method>', 'auto, embedding, nli or cascade (default: auto)')
    .option('--zero-shot-model <reference>', 'NLI model: folder or Hugging Face id')
    .option('--zero-shot-encoder <reference>', 'sentence encoder (default: the bundled one)')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (default: info)')
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({
      outputError: (text, write) => write(text.replace(/^error:/, 'error INVALID_ARGUMENT:')),
    })
    .exitOverride()
    .parse(words, { from: 'user' });
  return { directory: program.args[0] ?? '', settings: program.opts() };
}
