import { hostname, release } from 'node:os';
import type { ImportJob } from './job';

/** Name of this machine; a Linux within Windows has the same as the Windows around it, and is another machine here. */
export function thisHost(): string {
  const isWithinWindows = process.platform === 'linux' && /microsoft/i.test(release());
  return isWithinWindows ? `${hostname()} (WSL)` : hostname();
}

/**
 * Whether a job was last worked on (or submitted) by another machine, which may be at work on it still: what one machine
 * owns, another can't see. A job that says nothing of it is taken for one of this machine.
 */
export function isOfOtherHost({ host }: Pick<ImportJob, 'host'>): boolean {
  return host !== undefined && host !== thisHost();
}
