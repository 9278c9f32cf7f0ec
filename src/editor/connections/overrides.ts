/** These sign in, and the sign-in alone decides what they say. */
const SIGNING_IN: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'host',
  'proxy-authorization',
  'x-override',
]);

/** Whether a line such as `X-Forwarded-For: 203.0.113.1` may go with requests as `X-Override`. */
export function isOverride(line: string): boolean {
  const [, name = '', value = ''] =
    /^([\w!#$%&'*+.^`|~-]{1,100}):[ \t]*([\x20-\x7e]{1,1000})$/.exec(line) ?? [];
  return name !== '' && value.trim() !== '' && !SIGNING_IN.has(name.toLowerCase());
}
