import type { Endpoint } from '../endpoint';
import type { Transport } from '../transport';

export interface PersoniumEndpointOptions {
  /** The cell, without a slash at the end. */
  readonly baseUrl: string;
  /** Signed in already, see `withPersoniumSignIn`. */
  readonly transport: Transport;
  /** Goes with each request, so that the cell's event log tells which job it belongs to. */
  readonly requestKey?: string;
}

/** A Personium cell: its entity sets take records, and it can be replaced as a whole by a snapshot. */
export function createPersoniumEndpoint(_options: PersoniumEndpointOptions): Endpoint {
  throw new Error('not built yet');
}
