import type { Stages } from './stages';
import type { Proof } from './prove';

export function proveMutants(_stages: Stages, _note: (proof: Proof) => void): Promise<number> {
  return Promise.resolve(0);
}
