import { ExpectedError } from '../message';

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'file.notFound',
  EACCES: 'file.noPermission',
  EPERM: 'file.noPermission',
  EISDIR: 'file.isFolder',
};

/** The sentence for an error of the file system; other errors are given back as they are. */
export function fileError(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const reason = String(error.code);
  const code = CODES[reason];
  return new ExpectedError(code === undefined ? { code: 'file.unreadable', args: { reason } } : { code }, {
    cause: error,
  });
}
