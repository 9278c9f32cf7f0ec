import { ExpectedError } from '../../message';
import { isObject } from '../readJson';
import type { RecentRecord, RecentRecords } from '../endpoint';
import { kintoneMessage } from './codes';
import { KEYS_PER_READ, queryRecords, RECORD_ID } from './find';
import { liveValues } from './liveValue';
import type { Search } from './reader';

/**
 * The records with the highest ids, which Kintone gives in ascending order. Both throw `ExpectedError`, without the
 * right to view records too.
 */
export function createRecentRecords(search: Search): RecentRecords {
  return {
    newest: async (app, signal) => {
      const query = `order by ${RECORD_ID} desc limit 1`;
      const [newest] = await queryRecords(search, { app, query, layout: null }, signal);
      return newest?.id ?? '0';
    },
    after: async ({ schema, layout, after, most = Infinity }, signal) => {
      const creator = schema.fields.find(({ nativeType }) => nativeType === 'CREATOR')?.code;
      const codes = creator === undefined ? [] : [creator];
      const found: RecentRecord[] = [];
      let last = requireId(after);
      for (;;) {
        const query = `${RECORD_ID} > ${last} order by ${RECORD_ID} asc limit ${KEYS_PER_READ}`;
        const page = await queryRecords(search, { app: schema.id, query, layout, codes }, signal);
        for (const { record, ...version } of page) {
          // A page that does not go on would be read for ever.
          if (BigInt(requireId(version.id)) <= BigInt(last)) {
            throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
          }
          last = version.id;
          found.push({
            ...version,
            creator: creator === undefined ? '' : codeOf(record[creator]),
            values: liveValues(record, layout.fields),
          });
        }
        if (page.length < KEYS_PER_READ || found.length >= most) {
          return found;
        }
      }
    },
  };
}

function requireId(id: string): string {
  if (!/^\d{1,19}$/.test(id)) {
    throw new ExpectedError(kintoneMessage('kintone.unexpectedAnswer', { status: 200 }));
  }
  return id;
}

function codeOf(entry: unknown): string {
  const value = isObject(entry) ? entry.value : undefined;
  return isObject(value) && typeof value.code === 'string' ? value.code : '';
}
