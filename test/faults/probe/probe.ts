import { appendFileSync, writeFileSync } from 'node:fs';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { random } from '../random';
import type { ProbeOrder } from './order';
import { ORDER_VARIABLE } from './order';

/** Bundled into probed engines alone: counts what they do at their boundaries, and disturbs it as ordered. */

const ORDER_KEY = 'faults.order';
const COUNTS_KEY = 'faults.counts';
const PASSED = 0;
const CALLS = 1;
const NAMED = 2;

const { order, counts } = open();
const chance = random((order.killShare?.seed ?? 0) + (isMainThread ? 0 : 1));

/** Worker threads have no environment of their own: they get it, and the counts, from the main thread. */
function open(): { order: ProbeOrder; counts: Int32Array } {
  if (isMainThread) {
    setEnvironmentData(ORDER_KEY, process.env[ORDER_VARIABLE] ?? '{}');
    setEnvironmentData(COUNTS_KEY, new SharedArrayBuffer(12));
  }
  return {
    order: JSON.parse(getEnvironmentData(ORDER_KEY) as string) as ProbeOrder,
    counts: new Int32Array(getEnvironmentData(COUNTS_KEY) as SharedArrayBuffer),
  };
}

/** A boundary: something was about to happen, or has happened. */
export function passes(name: string, isWriteRequest = false): void {
  const count = Atomics.add(counts, PASSED, 1) + 1;
  if (order.trace !== undefined) appendFileSync(order.trace, `${name}\n`);
  if (count === order.killAt) die();
  const { share = 0 } = order.killShare ?? {};
  const { killAtName } = order;
  const mayBeNamed = isWriteRequest || name.endsWith(' journal.log');
  if (mayBeNamed && killAtName !== undefined && name.startsWith(killAtName.name)) {
    if (Atomics.add(counts, NAMED, 1) + 1 === killAtName.nth) die();
  }
  // A request has three boundaries: together they have the share.
  if (isWriteRequest && share > 0 && chance() < share / 3) die();
}

/** The journal is on the disk up to this size. */
export function durable(size: number): void {
  if (order.synced !== undefined) writeFileSync(order.synced, String(size));
}

/** Whether this call of the file system has to fail, and how. */
export function failureOf(): ProbeOrder['fail'] | undefined {
  const { fail } = order;
  if (fail === undefined) return undefined;
  const count = Atomics.add(counts, CALLS, 1) + 1;
  return count >= fail.at && count < fail.at + (fail.times ?? Infinity) ? fail : undefined;
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
