import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/**
 * Starts `direct.js` of its folder from compiled code that an earlier process has left there: compiling the engine takes
 * longer than most jobs of the harness.
 */

type Program = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: object },
  filename: string,
  dirname: string,
) => void;

const folder = path.dirname(process.argv[1] ?? '');
const file = path.join(folder, 'direct.js');
const compiled = `${file}.compiled`;
const cachedData = leftBefore();
const script = new Script(Module.wrap(readFileSync(file, 'utf8')), {
  filename: file,
  ...(cachedData === undefined ? {} : { cachedData }),
});
if (cachedData === undefined || script.cachedDataRejected === true) process.once('exit', leave);
(script.runInThisContext() as Program)({}, createRequire(file), { exports: {} }, file, folder);

function leftBefore(): Buffer | undefined {
  try {
    return readFileSync(compiled);
  } catch {
    return undefined;
  }
}

/** By now everything that such a process uses is compiled. Whole or not at all: processes run side by side. */
function leave(): void {
  const part = `${compiled}.${process.pid}`;
  writeFileSync(part, script.createCachedData());
  renameSync(part, compiled);
}
