import { ExpectedError } from '../message';
import { JournalWriteFailed } from './journal';

/** That the system takes nothing, whatever is tried: its codes for a disk that is full or not to be written. */
const FULL_OR_CLOSED: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EBUSY',
  'EIO',
]);

/** An error met while a job folder was written, in words where the disk is to blame; others as they are. */
export function notWritable(error: unknown): unknown {
  if (error instanceof JournalWriteFailed) return folderNotWritable(error.code, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FULL_OR_CLOSED.has(code) ? folderNotWritable(code, error) : error;
}

/** Throws it so. */
export function rethrowInWords(error: unknown): never {
  throw notWritable(error);
}

function folderNotWritable(code: string, cause: unknown): ExpectedError {
  return new ExpectedError({ code: 'job.folderNotWritable', args: { code } }, { cause });
}
