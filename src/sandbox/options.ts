import { parseArgs } from 'node:util';

/** How a sandbox is to be; everything may be left out. */
export interface SandboxOptions {
  /** 0: a free one. */
  readonly port?: number;
  readonly latencyMs?: number;
  readonly recordLatencyMs?: number;
  readonly concurrencyLimit?: number;
  readonly guestSpaceId?: string;
  /** Makes tokens and passwords the same at every start with the same text; otherwise they are random. */
  readonly seed?: string;
}

export interface CommandLine {
  readonly options: SandboxOptions;
  /** One line of JSON instead of readable addresses. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `A Kintone-like service on this machine, for trying and testing. It keeps nothing on disk.

  --json               print the addresses and sign-ins as one line of JSON
  --port N             listen on this port (default: a free one)
  --latency MS         time every request takes
  --record-latency MS  time more for every record written
  --concurrency N      requests at the same moment before 429 (default 100)
  --guest ID           id of the guest space (default 7)
  --seed TEXT          the same tokens and password at every start`;

/** Throws `TypeError` with a sentence for an option that is unknown or not usable. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string' },
      latency: { type: 'string' },
      'record-latency': { type: 'string' },
      concurrency: { type: 'string' },
      guest: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const port = wholeNumber('--port', values.port, 65_535);
  const latencyMs = decimal('--latency', values.latency);
  const recordLatencyMs = decimal('--record-latency', values['record-latency']);
  const concurrencyLimit = wholeNumber('--concurrency', values.concurrency, 1_000_000);
  const guest = wholeNumber('--guest', values.guest, Number.MAX_SAFE_INTEGER);
  return {
    json: values.json,
    help: values.help,
    options: {
      ...(port === undefined ? {} : { port }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(recordLatencyMs === undefined ? {} : { recordLatencyMs }),
      ...(concurrencyLimit === undefined ? {} : { concurrencyLimit }),
      ...(guest === undefined ? {} : { guestSpaceId: String(guest) }),
      ...(values.seed === undefined ? {} : { seed: values.seed }),
    },
  };
}

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  const number = decimal(name, text);
  if (number !== undefined && (!Number.isInteger(number) || number > most)) {
    throw new TypeError(`${name} takes a whole number up to ${most}.`);
  }
  return number;
}

function decimal(name: string, text: string | undefined): number | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new TypeError(`${name} takes a number.`);
  }
  return Number(text);
}
