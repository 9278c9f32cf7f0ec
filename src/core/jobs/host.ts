import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { hostname, release } from 'node:os';
import type { ImportJob } from './job';

/**
 * Name of this machine; a Linux within Windows has the same as the Windows around it, and is another machine here. That
 * of a Mac changes with the network it is in, so a sign of the machine itself follows there.
 */
export function thisHost(): string {
  return (known ??= nameOfHost(process.platform, hostname(), { release, platformId }));
}

let known: string | undefined;

/** What is asked of the system only where it is needed. */
export interface HostFacts {
  release(): string;
  /** What the firmware calls the machine, within the words of the system; empty when it does not tell. */
  platformId(): string;
}

/** Public for tests. */
export function nameOfHost(platform: NodeJS.Platform, name: string, facts: HostFacts): string {
  if (platform === 'linux' && /microsoft/i.test(facts.release())) return `${name} (WSL)`;
  const id =
    platform === 'darwin' ? /"IOPlatformUUID" = "([0-9A-F-]{36})"/i.exec(facts.platformId())?.[1] : '';
  return id ? `${name} (${createHash('sha256').update(id).digest('hex').slice(0, 8)})` : name;
}

/**
 * Whether a job was last worked on (or submitted) by another machine, which may be at work on it still: what one machine
 * owns, another can't see. A job that says nothing of it is taken for one of this machine. Containers that were given one
 * name on purpose and share the folder are not told apart: there a journal notices that somebody else writes to it.
 */
export function isOfOtherHost({ host }: Pick<ImportJob, 'host'>): boolean {
  return host !== undefined && !isSameHost(host, thisHost());
}

/** Public for tests. */
export function isSameHost(one: string, other: string): boolean {
  return signOf(one) === signOf(other);
}

function signOf(host: string): string {
  return / \([0-9a-f]{8}\)$/.exec(host)?.[0] ?? host;
}

function platformId(): string {
  try {
    const asked = ['-rd1', '-c', 'IOPlatformExpertDevice'];
    return execFileSync('/usr/sbin/ioreg', asked, { encoding: 'utf8', timeout: 2_000 });
  } catch {
    return '';
  }
}
