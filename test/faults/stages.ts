import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SandboxProcess } from '../e2e/stage/sandbox';
import type { Stage } from './scenario';

export interface Programs {
  /** The sandbox. */
  readonly program: string;
  readonly plain: string;
  readonly engine: string;
}

/** So many runs at the same moment. */
const LANES = 2;

/** The places where runs happen, each with a sandbox of its own. */
export class Stages {
  readonly all: readonly Stage[];
  readonly #below: string;

  private constructor(all: readonly Stage[], below: string) {
    this.all = all;
    this.#below = below;
  }

  static async open({ program, plain, engine }: Programs): Promise<Stages> {
    const below = await mkdtemp(path.join(tmpdir(), 'faults-'));
    const lanes = Array.from({ length: LANES }, (_, index) => index);
    const all = await Promise.all(
      lanes.map(async (lane) => ({
        sandbox: await SandboxProcess.start(program),
        engine,
        plain,
        below: path.join(below, String(lane)),
      })),
    );
    return new Stages(all, below);
  }

  /** Each place for itself. */
  each(): readonly Stages[] {
    return this.all.map((stage) => new Stages([stage], this.#below));
  }

  /** The same places with another engine. */
  with(engine: string): Stages {
    return new Stages(
      this.all.map((stage) => ({ ...stage, engine })),
      this.#below,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ sandbox }) => sandbox.stop()));
    await rm(this.#below, { recursive: true, force: true });
  }
}
