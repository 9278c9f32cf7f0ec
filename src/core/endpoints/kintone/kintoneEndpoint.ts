import type { Endpoint } from '../endpoint';
import type { Transport } from '../transport';
import { findRecords, KEYS_PER_READ } from './find';
import { checkLedgerApp } from './ledgerApp';
import type { KintonePlace } from './paths';
import { createRecentRecords } from './recent';
import { createReader, natureOf } from './reader';
import { countRequests } from './requests';
import { createTakeBack } from './takeBack';
import { describeApp, listApps } from './targets';
import { createKintoneWriter } from './writer';

export interface KintoneEndpointOptions extends KintonePlace {
  /** Signed in already, see `withSignIn`. */
  readonly transport: Transport;
  /** Language of Kintone's own words: `en` or `ja`. */
  readonly language: string;
  /** Whether the sign-in may make bulk requests, which OAuth may not; it may when absent. */
  readonly bulk?: boolean;
}

/** A Kintone domain, or one guest space of it. */
export function createKintoneEndpoint(options: KintoneEndpointOptions): Endpoint {
  const { transport, language, bulk = true } = options;
  const { read, search } = createReader(options, transport, language);
  const writing = { place: options, transport, search, language, mayBulk: bulk };
  return {
    listTargets: (signal) => listApps(options, read, signal),
    describe: (targetId, signal) => describeApp(options, read, targetId, signal),
    find: (wanted, signal) => findRecords(search, wanted, signal),
    keysPerRead: KEYS_PER_READ,
    natureOf,
    recent: createRecentRecords(search),
    writer: (schema, layout, job) => createKintoneWriter(writing, schema, layout, job),
    checkLedger: (app, signal) => checkLedgerApp(writing, read, app, signal),
    takeBack: (schema, layout) => createTakeBack(writing, schema, layout),
    requestsFor: (_schema, layout, mode, rows, ledger) => countRequests(layout, mode, rows, bulk, ledger),
  };
}
