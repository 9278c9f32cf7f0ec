export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the house aims at, in words; absent for figures without a goal. */
  readonly goal?: string;
  readonly met?: boolean;
}

/** All that was noted, in its order. */
export const figures: Figure[] = [];

/** Notes a figure and prints it; with a goal, whether it is met. */
export function note(
  name: string,
  value: number,
  unit: string,
  goal?: string,
  isMet?: (value: number) => boolean,
): void {
  const figure = { name, value, unit, ...(goal === undefined || !isMet ? {} : { goal, met: isMet(value) }) };
  figures.push(figure);
  const shown = Number.isInteger(value)
    ? value.toLocaleString('en')
    : value.toLocaleString('en', { maximumSignificantDigits: 3 });
  const mark = figure.met === undefined ? ' ' : figure.met ? '✔' : '✘';
  console.log(`${mark} ${name}: ${shown} ${unit}${goal === undefined ? '' : `  (goal ${goal})`}`);
}
