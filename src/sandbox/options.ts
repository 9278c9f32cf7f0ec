import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { AppDefinition } from './apps/definition';
import type { NameAndPassword, SignInSettings } from './auth';
import type { FaultSettings } from './faults';
import type { Limits } from './limits';
import type { OAuthSettings } from './oauth';
import type { PersoniumOptions } from './personium/unit';
import type { RecordOptions } from './records/options';

/** How a call that takes no OAuth (`bulkRequest`, cursors) is refused: no source tells. */
export interface OAuthRefusal {
  readonly status: number;
  readonly code: string;
}

/** Makes the sandbox an https server that asks each client for a certificate. All in PEM. */
export interface CertificateOptions {
  /** The server's own. */
  readonly certificate: string | Buffer;
  readonly key: string | Buffer;
  /** Signs the clients' certificates. */
  readonly clientAuthority: string | Buffer;
}

/** How a sandbox is to be; everything may be left out. */
export interface SandboxOptions extends FaultSettings, SignInSettings, RecordOptions {
  /** 0: a free one. */
  readonly port?: number;
  readonly guestSpaceId?: string;
  /** Makes tokens and passwords the same at every start with the same text; otherwise they are random. */
  readonly seed?: string;
  readonly limits?: Partial<Limits>;
  readonly oauth?: Partial<OAuthSettings>;
  /** Default: 403 `CB_OA01`. */
  readonly oauthRefusal?: OAuthRefusal;
  readonly certificates?: CertificateOptions;
  /** Apps beside its own. */
  readonly moreApps?: readonly AppDefinition[];
  /** How the Personium unit is to be; seed, certificates and latencies are those of the sandbox unless given. */
  readonly personium?: PersoniumOptions;
}

export interface CommandLine {
  readonly options: SandboxOptions;
  /** One line of JSON instead of readable addresses. */
  readonly json: boolean;
  readonly help: boolean;
}

export const USAGE = `A Kintone-like service and a Personium-like unit on this machine, for trying and testing. They keep nothing on disk.

  --json               print the addresses and sign-ins as one line of JSON
  --port N             listen on this port (default: a free one)
  --latency MS         time every request takes
  --record-latency MS  time more for every record written
  --concurrency N      requests at the same moment before 429 (default 100)
  --guest ID           id of the guest space (default 7)
  --seed TEXT          the same tokens and password at every start
  --basic USER:PASS    ask for Basic authentication in front
  --certificates DIR   serve https and ask for a client certificate: server.pem, server.key and ca.pem of that folder
  --no-samples         begin without sample records
  --personium-port N   let the Personium unit listen on this port (default: a free one)
  --import-time MS     time the import of a cell takes (default 4000)`;

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
      basic: { type: 'string' },
      certificates: { type: 'string' },
      'no-samples': { type: 'boolean', default: false },
      'personium-port': { type: 'string' },
      'import-time': { type: 'string' },
    },
  });
  const port = wholeNumber('--port', values.port, 65_535);
  const latencyMs = decimal('--latency', values.latency);
  const recordLatencyMs = decimal('--record-latency', values['record-latency']);
  const concurrencyLimit = wholeNumber('--concurrency', values.concurrency, 1_000_000);
  const guest = wholeNumber('--guest', values.guest, Number.MAX_SAFE_INTEGER);
  const personiumPort = wholeNumber('--personium-port', values['personium-port'], 65_535);
  const importMs = decimal('--import-time', values['import-time']);
  const personium = {
    ...(personiumPort === undefined ? {} : { port: personiumPort }),
    ...(importMs === undefined ? {} : { hooks: { importMs } }),
  };
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
      ...(values.basic === undefined ? {} : { basicAuthentication: nameAndPassword(values.basic) }),
      ...(values.certificates === undefined ? {} : { certificates: readCertificates(values.certificates) }),
      ...(values['no-samples'] ? { samples: false } : {}),
      ...(personiumPort === undefined && importMs === undefined ? {} : { personium }),
    },
  };
}

/** The files of a folder, as `test/support/certificates` has them. */
export function readCertificates(folder: string): CertificateOptions {
  const read = (name: string) => readFileSync(path.join(folder, name));
  return { certificate: read('server.pem'), key: read('server.key'), clientAuthority: read('ca.pem') };
}

function nameAndPassword(text: string): NameAndPassword {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new TypeError('--basic takes a user name and a password with a colon between them.');
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
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
