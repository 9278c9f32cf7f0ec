import type { CellContentKind, CellContents } from '../cellSnapshots';
import { isObject, readJson } from '../readJson';
import { exchange, rootOf, withSignal } from './cellExchange';
import type { PersoniumClient } from './client';
import { personiumFailure } from './codes';
import { unexpectedAnswer } from './reading';

/** Paths of all entity sets below the cell, encoded; null when not all of them may be seen. */
export type FindEntitySets = (signal?: AbortSignal) => Promise<readonly string[] | null>;

/** Kinds that are sets of the cell itself. */
const CELL_SETS = {
  boxes: 'Box',
  accounts: 'Account',
  roles: 'Role',
  relations: 'Relation',
  externalCells: 'ExtCell',
} as const satisfies Partial<Record<CellContentKind, string>>;

/** How much of each kind there is; what may not be read is left out. Throws `ExpectedError`. */
export async function countContents(
  client: PersoniumClient,
  findEntitySets: FindEntitySets,
  signal?: AbortSignal,
): Promise<CellContents> {
  const counts: Partial<Record<CellContentKind, number>> = {};
  for (const [kind, set] of Object.entries(CELL_SETS) as [CellContentKind, string][]) {
    const count = await countOf(client, `__ctl/${set}`, signal);
    if (count !== null) {
      counts[kind] = count;
    }
  }
  const sets = await findEntitySets(signal);
  if (sets !== null) {
    counts.entityTypes = sets.length;
    const entities = await sumOf(client, sets, signal);
    if (entities !== null) {
      counts.entities = entities;
    }
  }
  return counts;
}

/** Null as soon as one of them may not be read: a part of the sum would tell nothing. */
async function sumOf(
  client: PersoniumClient,
  sets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<number | null> {
  let sum = 0;
  for (const set of sets) {
    const count = await countOf(client, set, signal);
    if (count === null) {
      return null;
    }
    sum += count;
  }
  return sum;
}

async function countOf(
  client: PersoniumClient,
  path: string,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const query = '$top=1&$inlinecount=allpages';
  const response = await exchange(client, { method: 'GET', path: `${path}?${query}`, ...withSignal(signal) });
  if (response.status === 403) {
    return null;
  }
  if (response.status !== 200) {
    throw personiumFailure(response, { ...rootOf(client), right: 'read' });
  }
  const json = readJson(response);
  const d = isObject(json) ? json.d : undefined;
  const told = isObject(d) ? d.__count : undefined;
  const count = typeof told === 'string' && /^\d+$/.test(told) ? Number(told) : told;
  if (typeof count !== 'number') {
    throw unexpectedAnswer(response.status);
  }
  return count;
}
