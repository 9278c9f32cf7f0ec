import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import type { ProbeOrder } from './probe/order';
import { ORDER_VARIABLE } from './probe/order';

export interface CliOptions {
  /** Folder of the built engine. */
  readonly engine: string;
  readonly sandbox: SandboxProcess;
  readonly order?: ProbeOrder;
  /** SIGKILL so many milliseconds after the start; of a direct process after it has begun its work. */
  readonly killAfterMs?: number;
  readonly onStart?: (process: ChildProcess) => void;
}

export interface CliEnd {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** No run takes longer; one that does is stuck. */
const LONGEST_MS = 120_000;

/** Runs the command line, as a person does, in a process of its own. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliEnd> {
  return run('cli.js', args, options);
}

/** Runs one life of a job, or tells of it, without the command line around it. */
export function runDirect(args: readonly string[], options: CliOptions): Promise<CliEnd> {
  return run('start.js', args, options);
}

async function run(program: string, args: readonly string[], options: CliOptions): Promise<CliEnd> {
  const { engine, sandbox, order, killAfterMs } = options;
  const child = spawn(process.execPath, [path.join(engine, program), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      LC_ALL: 'C',
      KINTONE_USERNAME: sandbox.access.username,
      KINTONE_PASSWORD: sandbox.access.password,
      PERSONIUM_USERNAME: sandbox.cell.username,
      PERSONIUM_PASSWORD: sandbox.cell.password,
      ...(order === undefined ? {} : { [ORDER_VARIABLE]: JSON.stringify(order) }),
    },
  });
  options.onStart?.(child);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const stuck = new AbortController();
  let killing: NodeJS.Timeout | undefined;
  const kill = () => (killing = setTimeout(() => child.kill('SIGKILL'), killAfterMs));
  if (killAfterMs !== undefined && program === 'cli.js') kill();
  else if (killAfterMs !== undefined) child.stdout.once('data', kill);
  const watching = setTimeout(() => {
    stuck.abort();
    child.kill('SIGKILL');
  }, LONGEST_MS);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  clearTimeout(killing);
  clearTimeout(watching);
  const text = Buffer.concat(errors).toString('utf8');
  if (stuck.signal.aborted) throw new Error(`${args.join(' ')} does not end: ${text}`);
  const lines = Buffer.concat(out)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { exitCode, lines, errors: text };
}
