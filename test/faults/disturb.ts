import type { FaultRule } from '../../src/sandbox/faults';
import type { SandboxProcess } from '../e2e/stage/sandbox';
import type { Case } from './cases';

interface Match {
  readonly path: string;
  readonly method: string;
}

const WRITES: Readonly<Record<Case['system'], readonly Match[]>> = {
  kintone: [
    { path: '/bulkRequest.json', method: 'POST' },
    { path: '/records.json', method: 'POST' },
    { path: '/records.json', method: 'PUT' },
  ],
  personium: [{ path: '/sales/stock/', method: 'POST' }],
};

/** A fault without saying which requests it meets. */
export type Disturbed = FaultRule extends infer R
  ? R extends FaultRule
    ? Omit<R, 'path' | 'method'>
    : never
  : never;

/** The requests that write rows. */
export function writesOf({ system }: Case): readonly Match[] {
  return WRITES[system];
}

/** Lets these faults meet the requests that write rows. */
export async function disturbWrites(
  kind: Case,
  sandbox: SandboxProcess,
  seed: number,
  rules: readonly Disturbed[],
): Promise<void> {
  const faults = rules.flatMap((rule) => writesOf(kind).map((match) => ({ ...rule, ...match })));
  await sandbox.ask(kind.system, 'POST', 'faults', { randomSeed: seed, faults });
}

/** Lets every request that writes rows take its time before it is carried out. */
export async function slowWrites(kind: Case, sandbox: SandboxProcess, ms: number): Promise<void> {
  const faults = writesOf(kind).map((match) => ({ ...match, kind: 'delay', ms, every: 1 }));
  await sandbox.ask(kind.system, 'POST', 'faults', { faults });
}
