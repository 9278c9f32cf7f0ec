import type { RecordLayout } from '../../mapping/layout';
import type { TargetSchema } from '../../mapping/schema';
import type { TakingBack } from '../endpoint';
import type { PersoniumClient } from './client';
import { entitySetPlace } from './entityPath';
import { readEntities } from './find';
import type { CellReader } from './reading';
import { EntityRequests } from './writer';

/** As many as one `$batch` creates. */
const ENTITIES_PER_REQUEST = 500;

/** Takes entities back, each for itself: one that was changed since or is gone keeps none of the others. */
export function createTakeBack({
  client,
  read,
  schema,
  layout,
}: {
  readonly client: PersoniumClient;
  readonly read: CellReader;
  readonly schema: TargetSchema;
  readonly layout: RecordLayout;
}): TakingBack {
  const place = entitySetPlace(schema.id);
  if (place === null) {
    throw new RangeError('The schema is not that of an entity set');
  }
  const requests = new EntityRequests({ client, place, schema });
  return {
    recordsPerRequest: ENTITIES_PER_REQUEST,
    read: async (ids, signal) => {
      const found = await readEntities(read, place, ids, { schema, layout, whole: false }, signal);
      return [...found.values()];
    },
    remove: (records, signal) =>
      requests.send(
        records.map(({ id, revision }, index) => ({
          index,
          kind: 'remove',
          id,
          body: '',
          ifMatch: revision,
        })),
        signal,
      ),
  };
}
