import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startSandbox } from '../../../src/sandbox/server';
import type { Sandbox } from '../../../src/sandbox/server';
import { bundles } from '../engine/bundles';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** For the tests of one suite. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** The bundled command line. */
  readonly cli: string;
}

/** A sandbox as long as the suite goes on, `reset` before each of its tests. Both members are there inside of tests. */
export function useStage(reset: (sandbox: Sandbox) => void): Stage {
  const stage = {} as { sandbox: Sandbox; cli: string };
  before(async () => {
    stage.sandbox = await startSandbox();
    stage.cli = path.join(await bundles(), 'cli.js');
  });
  beforeEach(() => reset(stage.sandbox));
  after(() => stage.sandbox.close());
  return stage;
}

/** Everything a process has said, when it has ended. */
export async function endOf(child: ChildProcess & { stdout: Readable; stderr: Readable }): Promise<Ended> {
  const closed = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}
