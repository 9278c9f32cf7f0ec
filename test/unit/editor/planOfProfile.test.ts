import assert from 'node:assert/strict';
import type { FittedProfile } from '../../../src/core/mapping/fitProfile';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { planOfProfile } from '../../../src/editor/commands/planOfProfile';

const COLUMNS = ['code', null];
const PLAN: ImportPlan = {
  columns: COLUMNS,
  constants: { owner: 'sato' },
  mode: 'addOrUpdate',
  key: 'code',
  blankKeys: 'skip',
  attachmentsFolder: '/elsewhere',
};
const FITTING: FittedProfile = { plan: PLAN, misfits: [] };
const MISFITTING: FittedProfile = { plan: PLAN, misfits: [{ code: 'profile.headingsUnknown' }] };

describe('what is taken of a profile', () => {
  it('is all of it when it fits', () => {
    assert.deepEqual(planOfProfile(FITTING, true), PLAN);
  });

  it('is what the columns become and the fixed values when it is to be looked over', () => {
    const { constants } = PLAN;
    assert.deepEqual(planOfProfile(MISFITTING, true), { columns: COLUMNS, constants, mode: 'add' });
  });

  it('is what the columns become and nothing else in a workspace that is not trusted', () => {
    for (const fitted of [FITTING, MISFITTING]) {
      assert.deepEqual(planOfProfile(fitted, false), { columns: COLUMNS, mode: 'add' });
    }
  });
});
