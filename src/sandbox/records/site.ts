import type { AppDefinition } from '../apps/definition';
import { ADMINISTRATOR } from '../directory';
import { App } from './app';
import { Cursors } from './cursors';
import { FileStore } from './files';
import type { RecordOptions } from './options';
import { recordSettings } from './options';
import { Report } from './report';
import { newRecord, PendingKeys } from './validate';

/** All apps of a domain by id, with what they share. */
export class Site extends Map<string, App> {
  readonly files: FileStore;
  readonly cursors: Cursors;
  readonly #samples: boolean;

  constructor(definitions: readonly AppDefinition[], options: RecordOptions = {}) {
    super();
    const settings = recordSettings(options);
    for (const definition of definitions) {
      this.set(definition.id, new App(definition, settings));
    }
    this.files = new FileStore(settings);
    this.cursors = new Cursors(settings);
    this.#samples = settings.samples;
    this.#addSamples();
  }

  /** As freshly started: only the sample records, no file, no cursor. */
  reset(): void {
    for (const app of this.values()) {
      app.records.clear();
    }
    this.files.clear();
    this.cursors.clear();
    this.#addSamples();
  }

  /** Samples are taken as sent, also what a lookup would copy. */
  #addSamples(): void {
    const writer = { userCode: ADMINISTRATOR.code, now: Date.now() };
    for (const app of this.#samples ? this.values() : []) {
      for (const sample of app.definition.samples ?? []) {
        const cells = Object.fromEntries(Object.entries(sample).map(([code, value]) => [code, { value }]));
        const report = new Report(false);
        const attach = (key: string) => this.files.attach(this.#sampleFile(key), [], []);
        const values = newRecord(app, cells, {
          report,
          keys: new PendingKeys(app),
          reading: { before: undefined, attach },
        });
        report.throwIfAny();
        app.records.insert(values, writer, []);
      }
    }
  }

  /** The key of a sample's file is its name and content, parted by a colon. */
  #sampleFile(key: string): string {
    const colon = key.indexOf(':');
    const bytes = Buffer.from(key.slice(colon + 1), 'utf8');
    return this.files.upload({ name: key.slice(0, colon), contentType: 'text/plain', bytes });
  }
}

/** The site behind a map of apps. */
export function siteOf(apps: ReadonlyMap<string, App>): Site {
  if (apps instanceof Site) {
    return apps;
  }
  throw new TypeError('These apps share nothing.');
}
