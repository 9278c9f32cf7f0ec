import assert from 'node:assert/strict';
import path from 'node:path';
import { ROOT } from '../support/program';
import { CELL_STEPS } from './cellImport';
import { ENTITY_SET_STEPS } from './entitySet';
import { INTERRUPTION_STEPS } from './interruptions';
import { CORRECTION_STEPS, FURTHER_STEPS } from './mainJob';
import type { Step } from './step';
import { ROUND_TRIP_STEPS } from './roundTrip';
import { UNDO_STEPS } from './takenBack';
import { openStage } from './stage/stage';
import type { Stage } from './stage/stage';
import type { Locale } from './stage/words';

scenario('The main job in a real VS Code', 'en', [...CORRECTION_STEPS, ...FURTHER_STEPS]);
scenario('The main job in Japanese', 'ja', CORRECTION_STEPS);
scenario('Rows into an entity set, and whole cells', 'en', [...ENTITY_SET_STEPS, ...CELL_STEPS]);
scenario('Rows into an entity set, and whole cells, in Japanese', 'ja', [...ENTITY_SET_STEPS, ...CELL_STEPS]);
scenario('An import taken back, and windows that come and go', 'en', [...UNDO_STEPS, ...INTERRUPTION_STEPS]);
scenario('Kintone’s own export, edited and imported as an update', 'en', ROUND_TRIP_STEPS);

function scenario(title: string, locale: Locale, steps: readonly Step[]): void {
  describe(title, function () {
    this.bail(true); // each step builds on the one before
    let stage: Stage | undefined;
    before(async () => {
      stage = await openStage({ locale, pictures: path.join(ROOT, 'out/e2e', locale) });
    });
    after(() => stage?.close());
    afterEach(async function () {
      if (this.currentTest?.isFailed()) await stage?.picture('failed');
    });
    for (const step of steps) {
      it(step.name, async () => {
        assert.ok(stage);
        await step.run(stage);
      });
    }
  });
}
