import { isBack } from '../multiStep';
import { Refusal } from '../refusal';
import { showText } from '../show';

/**
 * For a question that leads to others and is asked again after them: Back is nothing more than that, a refusal is told,
 * and what was decided so far stays. Throws anything else.
 */
export function backOrTold(error: unknown): void {
  if (isBack(error)) return;
  if (!(error instanceof Refusal)) throw error;
  void showText(error.message, { severity: error.severity, buttons: error.buttons });
}
