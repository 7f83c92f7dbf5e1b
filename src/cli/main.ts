/** `varve`: finds the command, runs it, turns errors into exit statuses: 1 it failed, 2 it was asked wrongly. */
import { openSystemClock } from '../base/clock.ts';
import { isEngineError } from '../base/errors.ts';
import { sleep } from '../base/timer.ts';
import { readFlags, suggestion, UsageError } from './arguments.ts';
import { commandHelp, COMMANDS, generalHelp } from './commands.ts';
import { STATUS_NOT_CLOSED, type Terminal } from './terminal.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl-C reaches this process from the terminal and again from the processes that started it. */
const ECHO_MS = 500;

/** Runs the command line without the program's name. Exit status. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(argv, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`varve: ${error.message}\n`);
      return 2;
    }
    if (!isEngineError(error)) throw error;
    terminal.error(`varve: ${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return 1;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const command = COMMANDS.find((known) => known.name === rest[0]);
    terminal.out(command === undefined ? generalHelp() : commandHelp(command));
    return 0;
  }
  const command = COMMANDS.find((known) => known.name === (name === '--version' ? 'version' : name));
  if (command === undefined) throw new UsageError(`there is no command "${name}"${suggestion(name, COMMANDS.map((known) => known.name))}\n"varve --help" lists them.`);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(command));
    return 0;
  }
  return command.run(readFlags(rest, command.flags, terminal.env), terminal);
}

async function readInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** Resolves at the first signal. A later one ends the process at once. */
function untilSignal(): Promise<string> {
  const clock = openSystemClock();
  let firstMs: number | undefined;
  return new Promise((resolve) => {
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => {
        const nowMs = clock.monotonicMs();
        firstMs ??= nowMs;
        if (nowMs - firstMs > ECHO_MS) process.exit(130);
        resolve(signal);
      });
    }
  });
}

/** Whether file operations do not end. Those that merely have not ended yet are given a moment. */
async function hasStuckFiles(): Promise<boolean> {
  const isActive = (): boolean => process.getActiveResourcesInfo().some((kind) => kind.startsWith('FSReq'));
  for (let left = 50; left > 0 && isActive(); left--) await sleep(10);
  return isActive();
}

/** Runs `varve` in this process and ends it. */
export async function main(argv: readonly string[]): Promise<never> {
  const stopped = untilSignal();
  const status = await runCommandLine(argv, {
    env: process.env,
    out: (text) => { process.stdout.write(text); },
    error: (text) => { process.stderr.write(text); },
    input: readInput,
    stopped,
  });
  // An exit waits for every file operation, on a hung volume for ever.
  if (status === STATUS_NOT_CLOSED || await hasStuckFiles()) process.kill(process.pid, 'SIGKILL');
  process.exit(status);
}
