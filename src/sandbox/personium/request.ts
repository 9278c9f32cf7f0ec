import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Caller } from './access';
import type { Cell } from './cellModel';
import type { BoxPrivilege, CellPrivilege } from './dav';

/** A request as handlers get it. Its body has come whole. */
export interface PersoniumRequest {
  /** In capitals; what `X-HTTP-Method-Override` says, where a POST carries it. */
  readonly method: string;
  readonly url: URL;
  /** With what `X-Override` says. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** With a slash at the end. */
  readonly unitUrl: string;
  /** Milliseconds since the epoch, by the unit's clock. */
  readonly now: number;
}

/** A request to something in a cell. */
export interface CellRequest extends PersoniumRequest {
  readonly cell: Cell;
  /** Canonical, with a slash at the end. */
  readonly cellUrl: string;
  /** Decoded segments below the cell; `['__import']`, `['__snapshot', 'a.zip']`, `['sales', 'stock', 'Product']`. */
  readonly path: readonly string[];
  /** Requests in work on this cell, with this one. */
  readonly running: () => number;
  /** Who asks. */
  readonly caller: () => Caller;
  /** Throws the refusal when the caller lacks a privilege on the cell. */
  readonly requireCell: (privilege: CellPrivilege) => void;
  /** Throws the refusal when the caller lacks a privilege on what lies at a path below the cell. */
  readonly requireNode: (path: readonly string[], privilege: BoxPrivilege) => void;
}

export interface PersoniumReply {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** Nothing is sent where it is absent. */
  readonly body?: string | Uint8Array;
}

export function jsonReply(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): PersoniumReply {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}
