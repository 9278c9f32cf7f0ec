/** How much the service takes; every limit can be set smaller, to reach it with little. */
export interface Limits {
  /** Records in one `POST`, `PUT` or `DELETE`. */
  readonly recordsPerRequest: number;
  /** Parts of one bulk request. */
  readonly partsPerBulkRequest: number;
  /** The largest `limit` of a query, and the largest page of a cursor. */
  readonly recordsPerRead: number;
  /** The largest `offset` of a query. */
  readonly farthestOffset: number;
  /** Cursors that are open at the same moment. */
  readonly cursors: number;
  /** Bytes of one uploaded file. */
  readonly fileBytes: number;
  /** Bytes of the body of any other request. */
  readonly bodyBytes: number;
  /** Calls of one app in a day. Never refused above it: the service counts them and writes a mail. */
  readonly callsPerDay: number;
}

/** The service's own, by its documentation; `bodyBytes` is ours, for it names none. */
export const USUAL_LIMITS: Limits = {
  recordsPerRequest: 100,
  partsPerBulkRequest: 20,
  recordsPerRead: 500,
  farthestOffset: 10_000,
  cursors: 10,
  fileBytes: 1024 ** 3,
  bodyBytes: 128 * 1024 ** 2,
  callsPerDay: 10_000,
};

/** Reads limits that came as JSON, of those that there are by `usual`; throws `TypeError` with what is wrong. */
export function readLimits<Known extends object>(value: unknown, usual: Known): Partial<Known> {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('limits is an object');
  }
  for (const [name, limit] of Object.entries(value)) {
    if (!Object.hasOwn(usual, name)) {
      throw new TypeError(`limits are ${Object.keys(usual).join(', ')}`);
    }
    if (!Number.isInteger(limit) || Number(limit) < 0) {
      throw new TypeError(`${name} is a whole number`);
    }
  }
  return value;
}
