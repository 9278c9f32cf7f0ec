import { isOfOtherHost } from '../core/jobs/host';
import { isCellImport } from '../core/jobs/job';
import type { ImportJob } from '../core/jobs/job';

/** What becomes of interrupted imports when a window starts. */
export const INTERRUPTED_WAYS = ['goOn', 'ask', 'leave'] as const;
export type InterruptedWay = (typeof INTERRUPTED_WAYS)[number];

export interface StartPlan {
  /** The server runs them: they are only watched again, so nobody needs to be told. */
  readonly watch: readonly ImportJob[];
  readonly goOn: readonly ImportJob[];
  readonly ask: readonly ImportJob[];
  /** By the name of the computer that may be at work on them still; it can't be seen from here. */
  readonly elsewhere: ReadonlyMap<string, readonly ImportJob[]>;
}

/**
 * What to do with interrupted imports, as `ImportService.interrupted` names them. A cell that has not begun to be replaced is replaced
 * only after a question: much may have changed in it since the person confirmed it.
 */
export function planOfStart(free: readonly ImportJob[], way: InterruptedWay): StartPlan {
  const own = free.filter((job) => !isOfOtherHost(job));
  const isRun = (job: ImportJob): boolean => isCellImport(job.definition) && !job.canCancel;
  const others = own.filter((job) => !isRun(job));
  const mayGoOn = (job: ImportJob): boolean => way === 'goOn' && !isCellImport(job.definition);
  return {
    watch: own.filter(isRun),
    goOn: others.filter(mayGoOn),
    ask: way === 'leave' ? [] : others.filter((job) => !mayGoOn(job)),
    elsewhere: way === 'leave' ? new Map() : byHost(free.filter(isOfOtherHost)),
  };
}

function byHost(jobs: readonly ImportJob[]): ReadonlyMap<string, readonly ImportJob[]> {
  const hosts = new Map<string, ImportJob[]>();
  for (const job of jobs) {
    const host = job.host ?? '';
    hosts.set(host, [...(hosts.get(host) ?? []), job]);
  }
  return hosts;
}
