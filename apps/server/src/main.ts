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
  let stopping: Promise<void> | undefined;
  const onSignal = (): void => {
    if (stopping !== undefined) process.exit(exitCodes.failed);
    say('Stopping: finishing what is running. Send the signal again to stop at once.\n');
    stopping = stopWithin(server, config.drainSeconds);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  say(`Loading ${directory} ...\n`);
  try {
    await server.pool.started;
  } catch (error) {
    // A stop while loading ends the loading.
    if (stopping === undefined) {
      await server.stop();
      throw error;
    }
  }
  const { model } = server.pool;
  if (stopping === undefined && model !== undefined) say(formatStartMessage(server.address, server.modelName, model));
}

async function stopWithin(server: Server, seconds: number): Promise<void> {
  const timer = setTimeout(() => {
    say(`error ABORTED: Requests were still running after ${seconds} s.\n`);
    process.exit(exitCodes.failed);
  }, seconds * 1000);
  try {
    await server.stop();
  } catch (error) {
    say(formatError(error));
    process.exitCode = exitCodes.failed;
  } finally {
    clearTimeout(timer);
  }
}

try {
  await run();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  } else {
    say(formatError(error));
    process.exitCode = toExitCode(error);
  }
}
