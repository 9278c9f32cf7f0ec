/** Writes a text into an element unless it is there already, so that nothing is repainted or read out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
