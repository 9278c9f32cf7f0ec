import type { Endpoint } from '../endpoint';
import type { Transport } from '../transport';
import { createCellSnapshots } from './cellSnapshots';
import { createPersoniumClient } from './client';
import { entitySetPlace } from './entityPath';
import { findEntities, KEYS_PER_READ } from './find';
import { withMethodOverride } from './methodOverride';
import { createCellReader, natureOf } from './reading';
import { countRequests } from './requests';
import { createTakeBack } from './takeBack';
import { allEntitySets, describeEntitySet, listEntitySets } from './targets';
import { createPersoniumWriter } from './writer';

export interface PersoniumEndpointOptions {
  /** The cell, without a slash at the end. */
  readonly baseUrl: string;
  /** Signed in already, see `withPersoniumSignIn`. */
  readonly transport: Transport;
  /** Goes with each request, so that the cell's event log tells which job it belongs to. */
  readonly requestKey?: string;
}

/** A Personium cell: its entity sets take records, and it can be replaced as a whole by a snapshot. */
export function createPersoniumEndpoint(options: PersoniumEndpointOptions): Endpoint {
  const client = withMethodOverride(createPersoniumClient(options));
  const read = createCellReader(client);
  const { cellUrl } = client;
  return {
    listTargets: (signal) => listEntitySets(cellUrl, read, signal),
    describe: (targetId, signal) => describeEntitySet(cellUrl, read, targetId, signal),
    find: (search, signal) => findEntities(read, search, signal),
    keysPerRead: KEYS_PER_READ,
    natureOf,
    writer: (schema, layout, job) => {
      const place = entitySetPlace(schema.id);
      if (place === null) {
        throw new RangeError('The schema is not that of an entity set');
      }
      return createPersoniumWriter({
        client,
        read,
        place,
        schema,
        layout,
        ...(job === undefined ? {} : { job }),
      });
    },
    requestsFor: (_schema, layout, mode, rows) => countRequests(layout, mode, rows),
    takeBack: (schema, layout) => createTakeBack({ client, read, schema, layout }),
    cell: createCellSnapshots(client, (signal) => allEntitySets(cellUrl, read, signal)),
  };
}
