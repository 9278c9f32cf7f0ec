import type { PanelIcon } from '../src/shared/panelMessages';

const SVG = 'http://www.w3.org/2000/svg';

/** Outlines on a field of 16 × 16, drawn with a line of 1.2 in the colour of the text around. */
const OUTLINES: Readonly<Record<PanelIcon, readonly string[]>> = {
  waiting: [circle(6), 'M8 4.5V8l2.5 1.6'],
  running: [
    'M13.6 6A6 6 0 0 0 2.6 5.4',
    'M2.2 2.4v3.2h3.2',
    'M2.4 10a6 6 0 0 0 11 .6',
    'M13.8 13.6v-3.2h-3.2',
  ],
  paused: [circle(6), 'M6.4 5.5v5', 'M9.6 5.5v5'],
  question: [circle(6), 'M6.2 6.4a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.8.6-.8 1.2', 'M8 11v.9'],
  warning: ['M8 2.2 14.2 13.4H1.8Z', 'M8 6.4v3.4', 'M8 11.3v.9'],
  error: [circle(6), 'm5.8 5.8 4.4 4.4', 'm10.2 5.8-4.4 4.4'],
  success: [circle(6), 'm5.3 8.2 1.9 1.9 3.6-4'],
  canceled: [circle(6), 'm3.9 3.9 8.2 8.2'],
};

/** Draws an icon into an element of its own. The word beside it tells the meaning, so it has no name. */
export function createIcon(icon: PanelIcon): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  svg.classList.add('icon');
  for (const outline of OUTLINES[icon]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', outline);
    svg.append(path);
  }
  return svg;
}

function circle(radius: number): string {
  const width = radius * 2;
  return `M${8 - radius} 8a${radius} ${radius} 0 1 0 ${width} 0a${radius} ${radius} 0 1 0 -${width} 0`;
}
