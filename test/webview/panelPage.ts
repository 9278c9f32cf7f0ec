import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, BrowserContextOptions, Page } from '../vscode/node_modules/playwright-core';
import { contentSecurityPolicy, panelHtml } from '../../src/editor/views/panelHtml';
import type { FromPanel, PanelRow, ToPanel } from '../../src/shared/panelMessages';
import { launchBrowser } from '../vscode/lib/browser.mjs';
import { panelStringsIn } from './strings';
import { THEMES, type ThemeName, themeSheet } from './themes';

const ROOT = path.resolve(__dirname, '../..');
const NONCE = 'bm9uY2U';

/**
 * Stands in for what VS Code gives to a page, and takes notes. Values outlive a reload of the page, as the
 * state of a webview does.
 */
const FAKE_EDITOR = `
window.posted = [];
window.violations = [];
addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
});
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.posted.push(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});`;

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly language?: 'en' | 'ja';
  readonly rows?: readonly PanelRow[];
  readonly context?: BrowserContextOptions;
}

/** Serves the panel's own page under its own policy and opens it in Chromium. */
export class PanelLab {
  #browser: Browser | undefined;
  #server: Server | undefined;
  #files = new Map<string, string>();

  async start(): Promise<void> {
    const bundle = await build({
      absWorkingDir: ROOT,
      entryPoints: [
        { in: 'webview/main.ts', out: 'webview' },
        { in: 'webview/main.css', out: 'webview' },
      ],
      outdir: 'dist',
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      target: 'es2022',
    });
    this.#files = new Map(bundle.outputFiles.map((file) => [path.basename(file.path), file.text]));
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', this.#origin);
      const policy = contentSecurityPolicy({ cspSource: this.#origin, nonce: NONCE });
      const send = (type: string, text: string): void => {
        response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy }).end(text);
      };
      const file = this.#files.get(path.basename(url.pathname));
      if (url.pathname === '/theme.css') {
        send('text/css', themeSheet(themeOf(url)));
      } else if (file !== undefined) {
        send(url.pathname.endsWith('.css') ? 'text/css' : 'text/javascript', file);
      } else if (url.pathname === '/') {
        send('text/html; charset=utf-8', this.#html(themeOf(url)));
      } else {
        response.writeHead(404).end();
      }
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#browser = await launchBrowser();
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    this.#server?.close();
  }

  /** Opens the panel and, when rows are given, answers its question for a snapshot. */
  async open(options: PageOptions = {}): Promise<PanelPage> {
    if (this.#browser === undefined) {
      throw new Error('start the lab first');
    }
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 720 },
      reducedMotion: 'reduce',
      ...options.context,
    });
    const page = await context.newPage();
    await page.addInitScript({ content: FAKE_EDITOR });
    await page.goto(`${this.#origin}/?theme=${options.theme ?? 'dark'}`);
    const panel = new PanelPage(page, options.language ?? 'en');
    if (options.rows !== undefined) {
      await panel.snapshot(options.rows);
    }
    return panel;
  }

  get #origin(): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    return `http://127.0.0.1:${address?.port ?? 0}`;
  }

  /** The page as the panel host writes it, with what VS Code adds to every webview. */
  #html(theme: ThemeName): string {
    return panelHtml({
      cspSource: this.#origin,
      script: '/webview.js',
      style: '/webview.css',
      nonce: NONCE,
      language: 'en',
      title: 'Imported Files',
    })
      .replace('<link ', `<link rel="stylesheet" href="/theme.css?theme=${theme}">\n<link `)
      .replace('<body>', `<body class="${THEMES[theme].bodyClass}">`);
  }
}

/** The open panel, seen from the extension's side and from the person's. */
export class PanelPage {
  readonly page: Page;
  readonly #language: 'en' | 'ja';

  constructor(page: Page, language: 'en' | 'ja') {
    this.page = page;
    this.#language = language;
  }

  async snapshot(rows: readonly PanelRow[]): Promise<void> {
    await this.send({
      kind: 'snapshot',
      locale: this.#language,
      strings: panelStringsIn(this.#language),
      rows,
    });
  }

  async patch(changed: readonly PanelRow[], removed: readonly string[] = []): Promise<void> {
    await this.send({ kind: 'patch', changed, removed });
  }

  /** Delivers a message and waits until the page has drawn what came of it. */
  async send(message: ToPanel): Promise<void> {
    await this.page.evaluate(`new Promise((done) => {
      window.dispatchEvent(new MessageEvent('message', { data: ${JSON.stringify(message)} }));
      requestAnimationFrame(() => requestAnimationFrame(done));
    })`);
  }

  posted(): Promise<FromPanel[]> {
    return this.page.evaluate<FromPanel[]>('window.posted');
  }

  violations(): Promise<string[]> {
    return this.page.evaluate<string[]>('window.violations');
  }

  /** Where the keyboard is, in words: job and column, and the button or link if it is on one. */
  focus(): Promise<string> {
    return this.page.evaluate<string>(`(() => {
      const element = document.activeElement;
      const cell = element.closest('.cell');
      if (cell === null) return element.tagName.toLowerCase();
      const row = cell.closest('.row');
      const column = cell.dataset.column;
      const inside = element === cell ? '' : ' ' + (element.dataset.action ?? 'link');
      return (row.dataset.job ?? 'header') + ' ' + column + inside;
    })()`);
  }

  /** The jobs from top to bottom. */
  order(): Promise<string[]> {
    return this.page.evaluate<string[]>(
      `[...document.querySelectorAll('[data-job]')].map((row) => row.dataset.job)`,
    );
  }

  cell(jobId: string, column: string): ReturnType<Page['locator']> {
    return this.page.locator(`[data-job="${jobId}"] .cell.${column}`);
  }

  /** Puts the keyboard on a cell, as a press beside its text does. */
  async pressCell(jobId: string, column: string): Promise<void> {
    await this.cell(jobId, column).click({ position: { x: 2, y: 2 } });
  }

  button(jobId: string, action: string): ReturnType<Page['locator']> {
    return this.page.locator(`[data-job="${jobId}"] [data-action="${action}"]`);
  }

  /** What the panel has asked to remember. */
  state(): Promise<Record<string, unknown> | null> {
    return this.page.evaluate(`JSON.parse(sessionStorage.getItem('state'))`);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

function themeOf(url: URL): ThemeName {
  const name = url.searchParams.get('theme');
  return name !== null && name in THEMES ? (name as ThemeName) : 'dark';
}
