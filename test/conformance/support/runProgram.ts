import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { ROOT } from '../../support/program';

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Ctrl+C is pressed when this resolves. */
  readonly interrupt?: Promise<unknown>;
}

/** Runs a Node program to its end with nothing of our own environment but where programs are found. */
export async function runProgram(
  args: readonly string[],
  { env, input, interrupt }: Running = {},
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      LANG: 'en_US.UTF-8',
      TZ: 'Asia/Tokyo',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const interrupted = interrupt?.then(() => child.kill('SIGINT'));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await closed;
  await interrupted;
  return { code, signal, out, err };
}
