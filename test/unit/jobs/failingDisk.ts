import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export type Call = 'write' | 'datasync' | 'sync' | 'truncate';

/** What a call to the disk does: null lets it be. */
export type Fault = (call: Call, nth: number) => 'fails' | 'failsHalfWay' | null;

/** Every call of this process to its files goes through `fault` meanwhile. */
export async function withFaults(fault: Fault, use: () => Promise<unknown>, code = 'EIO'): Promise<void> {
  const handle = await open(__filename);
  const prototype = Object.getPrototypeOf(handle) as Record<Call, (...args: never[]) => Promise<unknown>>;
  await handle.close();
  const calls = ['write', 'datasync', 'sync', 'truncate'] as const;
  const kept = calls.map((call) => [call, prototype[call]] as const);
  let nth = 0;
  for (const [call, original] of kept) {
    prototype[call] = async function (this: FileHandle, ...args: never[]) {
      const result = fault(call, ++nth);
      if (result === 'failsHalfWay' && call === 'write') {
        const [bytes, at, length, position] = args as unknown as [Buffer, number, number, number];
        const half = [bytes, at, Math.floor(length / 2), position] as unknown as never[];
        await original.apply(this, half);
      }
      if (result !== null) throw Object.assign(new Error('the disk fails'), { code });
      return original.apply(this, args);
    };
  }
  try {
    await use();
  } finally {
    for (const [call, original] of kept) prototype[call] = original;
  }
}
