/** Puts arguments into the `{named}` places of a template that came from the extension. */
export function fill(template: string, args: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    Object.hasOwn(args, name) ? (args[name] ?? place) : place,
  );
}
