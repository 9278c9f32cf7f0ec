import type { Endpoint } from '../endpoint';
import type { Transport } from '../transport';
import type { KintonePlace } from './paths';
import { createReader } from './reader';
import { describeApp, listApps } from './targets';
import { createKintoneWriter } from './writer';

export interface KintoneEndpointOptions extends KintonePlace {
  /** Signed in already, see `withSignIn`. */
  readonly transport: Transport;
  /** Language of Kintone's own words: `en` or `ja`. */
  readonly language: string;
}

/** A Kintone domain, or one guest space of it. */
export function createKintoneEndpoint(options: KintoneEndpointOptions): Endpoint {
  const { transport, language } = options;
  const read = createReader(options, transport, language);
  return {
    listTargets: (signal) => listApps(options, read, signal),
    describe: (targetId, signal) => describeApp(options, read, targetId, signal),
    find: () => Promise.resolve([]),
    keysPerRead: 500,
    writer: (schema, layout) => createKintoneWriter(options, transport, language, schema, layout),
    requestsFor: (_schema, _layout, _mode, rows) => 4 + Math.ceil(rows / 2000),
  };
}
