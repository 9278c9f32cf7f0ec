// Runs in the extension host in place of the real test runner, calls that one and leaves proof that it ended:
// an extension host that dies in the middle reports code 0, as one whose tests have passed.
const { writeFileSync } = require('node:fs');

exports.run = async () => {
  const target = process.env.CODE_OFFLINE_TESTS;
  const runner = require(target);
  if (typeof runner.run !== 'function') throw new Error(`${target} exports no function "run"`);
  // Both forms that VS Code takes: a promise, or a callback with an error and the number of failures
  const failures = await new Promise((resolve, reject) => {
    const result = runner.run(target, (error, count) => (error ? reject(error) : resolve(count)));
    if (typeof result?.then === 'function') result.then(() => resolve(0), reject);
  });
  if (failures > 0) throw new Error(`${failures} test(s) failed`);
  writeFileSync(process.env.CODE_OFFLINE_DONE, 'ended\n');
};
