import { acquire, jobKey } from '../../core/jobs/ownership';

/**
 * Does work on a job's unimported rows unless another window is at it, then answers null at once. The operating system
 * ends the claim with its window.
 */
export async function inOneWindow<T>(jobFolder: string, work: () => Promise<T>): Promise<T | null> {
  const ownership = await acquire(`again\0${jobKey(jobFolder)}`);
  if (ownership === null) return null;
  try {
    return await work();
  } finally {
    await ownership.release();
  }
}
