import type { Endpoint } from './endpoint';
import { createKintoneEndpoint } from './kintone/kintoneEndpoint';
import { createPersoniumEndpoint } from './personium/personiumEndpoint';
import type { Transport } from './transport';

/** Which endpoint is meant; a job's target fits. */
export interface EndpointPlace {
  readonly system: 'kintone' | 'personium';
  /** Kintone's domain, or the cell, without a slash at the end. */
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
  readonly bulk?: boolean;
}

export interface EndpointOptions {
  /** Signed in already. */
  readonly transport: Transport;
  /** Language of the endpoint's own words: `en` or `ja`. */
  readonly language: string;
  /** Job for which requests are made: it is told to endpoints that write such a key into their logs. */
  readonly requestKey?: string;
}

/** The endpoint of a place, whatever system it is. */
export function createEndpoint(
  { system, baseUrl, guestSpaceId, bulk }: EndpointPlace,
  { transport, language, requestKey }: EndpointOptions,
): Endpoint {
  switch (system) {
    case 'kintone':
      return createKintoneEndpoint({
        baseUrl,
        transport,
        language,
        ...(guestSpaceId === undefined ? {} : { guestSpaceId }),
        ...(bulk === undefined ? {} : { bulk }),
      });
    case 'personium':
      return createPersoniumEndpoint({
        baseUrl,
        transport,
        ...(requestKey === undefined ? {} : { requestKey }),
      });
  }
}
