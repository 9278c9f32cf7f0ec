import assert from 'node:assert/strict';
import { shareOfDay } from '../../../src/editor/commands/dailyRequests';

describe('the requests of an import', () => {
  it('are worth a warning when they are more than half of a day’s, and another when they are more than all', () => {
    assert.deepEqual(
      [0, 5000, 5001, 10_000, 10_001].map((requests) => shareOfDay(requests)),
      ['fine', 'fine', 'moreThanHalf', 'moreThanHalf', 'tooMany'],
    );
  });
});
