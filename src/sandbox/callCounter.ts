/** Calls of the day by app. The day begins at 9:00 in Japan, which is midnight UTC. */
export interface CallCounts {
  /** `YYYY-MM-DD` in UTC. */
  readonly day: string;
  /** What a day has; more is not refused. */
  readonly limit: number;
  readonly apps: Readonly<Record<string, number>>;
}

/** Counts calls by app and day, as the service shows them to its administrators. */
export class CallCounter {
  readonly #apps = new Map<string, number>();
  #day = '';

  /** One call; a bulk request counts once for each app it names. */
  count(apps: Iterable<string>): void {
    this.#turnPage();
    for (const app of new Set(apps)) {
      if (app !== '') {
        this.#apps.set(app, (this.#apps.get(app) ?? 0) + 1);
      }
    }
  }

  counts(limit: number): CallCounts {
    this.#turnPage();
    return { day: this.#day, limit, apps: Object.fromEntries(this.#apps) };
  }

  clear(): void {
    this.#apps.clear();
  }

  #turnPage(): void {
    const today = new Date().toISOString().slice(0, 10);
    if (today !== this.#day) {
      this.#day = today;
      this.#apps.clear();
    }
  }
}
