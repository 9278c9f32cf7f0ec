import type { JobTarget } from '../core/jobs/job';

/**
 * Address of the page of a record, or null where there is none: entities have no pages, and an id that is no record
 * number must not become part of an address.
 */
export function recordPage({ system, url }: Pick<JobTarget, 'system' | 'url'>, id: string): string | null {
  if (system !== 'kintone' || !/^[1-9]\d{0,19}$/.test(id) || !url.endsWith('/')) return null;
  return `${url}show#record=${id}`;
}
