import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes secrets, one for each name: random ones, or with a seed the same at every start. */
export function secrets(seed: string | undefined): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const secret =
      seed === undefined
        ? (known.get(name) ?? randomSecret())
        : createHash('sha256').update(`${seed}\n${name}`).digest('hex').slice(0, 40);
    known.set(name, secret);
    return secret;
  };
}

export function randomSecret(): string {
  return randomBytes(20).toString('hex');
}

/** Compares secrets in a time that tells nothing about them. */
export function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
