// Mocha's Spec reporter that also writes the sums to the file named by IMPORTED_FILES_TEST_RESULTS, so that
// they are known where mocha runs inside the extension host too.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;

class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const sums = { passed: 0, failed: 0, skipped: [] };
    runner.on(EVENT_TEST_PASS, () => sums.passed++);
    runner.on(EVENT_TEST_FAIL, () => sums.failed++);
    runner.on(EVENT_TEST_PENDING, (test) => sums.skipped.push(test.fullTitle()));
    runner.once(EVENT_RUN_END, () => {
      const file = process.env.IMPORTED_FILES_TEST_RESULTS;
      if (file) writeFileSync(file, JSON.stringify(sums));
    });
  }
}

module.exports = Reporter;
