import type { FittedProfile } from '../../core/mapping/fitProfile';
import type { ImportPlan } from '../../core/mapping/plan';

/**
 * What is taken of a profile: all of it when it fits, columns and fixed values when it is to be looked over. In a
 * workspace that is not trusted it says what columns become and nothing else, least of all where files are read from.
 */
export function planOfProfile({ plan, misfits }: FittedProfile, trusted: boolean): ImportPlan {
  const { columns, constants } = plan;
  if (!trusted) return { columns, mode: 'add' };
  if (misfits.length === 0) return plan;
  return { columns, ...(constants === undefined ? {} : { constants }), mode: 'add' };
}
