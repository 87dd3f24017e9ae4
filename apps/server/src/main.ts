import { CommanderError } from 'commander';
import { parseCommandLine } from './command-line.ts';
import { createServerConfig } from './config.ts';
import { exitCodes, formatError, toExitCode } from './exit-codes.ts';
import { startServer, type Server } from './serve.ts';
import { formatStartMessage } from './start-message.ts';

// JSON logs go to standard output; what a person reads goes to standard error.
function say(text: string): void {
  process.stderr.write(text);
}

async function run(): Promise<void> {
  const { directory, settings } = parseCommandLine(process.argv.slice(2));
  const config = createServerConfig(settings);
  const server = await startServer(directory, config);
  const isStopping = stopOnSignals(server, config.drainSeconds);
  say(`Loading ${directory} ...\n`);
  try {
    const model = await server.loaded;
    if (model !== undefined && !isStopping()) say(formatStartMessage(server.address, server.modelName, model));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Stops the server on SIGTERM and SIGINT: gently first, then by giving up what runs, then at once. */
function stopOnSignals(server: Server, drainSeconds: number): () => boolean {
  let signals = 0;
  const giveUp = (reason: string): void => {
    say(`error ABORTED: ${reason} They are given up.\n`);
    process.exitCode = exitCodes.failed;
    server.abort();
  };
  const onSignal = (): void => {
    signals++;
    if (signals > 2) process.exit(exitCodes.failed);
    if (signals === 2) giveUp('Requests were still running at the second signal.');
    if (signals > 1) return;
    say('Stopping: finishing what is running. Send the signal again to give that up.\n');
    const timer = setTimeout(() => giveUp(`Requests were still running after ${drainSeconds} s.`), drainSeconds * 1000);
    void server
      .stop()
      .catch(fail)
      .finally(() => clearTimeout(timer));
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return () => signals > 0;
}

function fail(error: unknown): void {
  say(formatError(error));
  process.exitCode = toExitCode(error);
}

try {
  await run();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    fail(error);
  }
}
