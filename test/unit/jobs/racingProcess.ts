import { acquire, jobKey } from '../../../src/core/jobs/ownership';
import { acquireFile } from '../../../src/core/jobs/socketFiles';

/**
 * A process that tries to own something each time it is told to, says whether it does, and lets go when told so: a job
 * folder, or with a second argument a name among the socket files of a folder.
 */
type Order = 'take' | 'release';

const [folder = '', name] = process.argv.slice(2);
let release: (() => Promise<void>) | null = null;

async function obey(order: Order): Promise<boolean> {
  if (order === 'release') {
    await release?.();
    release = null;
    return false;
  }
  if (name === undefined) {
    const ownership = await acquire(jobKey(folder));
    release = ownership && (() => ownership.release());
  } else {
    const server = await acquireFile(folder, name);
    release = server && (() => new Promise((resolve) => server.close(() => resolve())));
  }
  return release !== null;
}

process.on('message', (order: Order) => {
  void obey(order).then((owns) => process.send?.({ owns }));
});
process.send?.({ owns: false });
