/** Looks again and again until what is looked at is as it should be; the last failure counts. */
export async function eventually<T>(look: () => Promise<T> | T, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
