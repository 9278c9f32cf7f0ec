/** Puts arguments into the `{named}` places of a template that came from the extension. */
export function fill(template: string, args: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(args, name) ? (args[name] ?? place) : place,
  );
}

/** Writes a text into an element unless it is there already, so that nothing is repainted or read out again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}
