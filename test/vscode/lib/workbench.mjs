import { launchBrowser } from './browser.mjs';
import { workbenchUrl } from './server.mjs';

/**
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').FrameLocator} FrameLocator
 * @typedef {import('playwright-core').Locator} Locator
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./server.mjs').Server} Server
 *
 * @typedef {object} TreeRow
 * @property {string} label
 * @property {string} description
 * @property {number} level 1 for a row at the top
 * @property {boolean | null} expanded null for a row without children
 *
 * @typedef {object} ShownProblem a row of the Problems panel
 * @property {string} file its name
 * @property {'error' | 'warning' | 'info'} severity
 * @property {string} message
 * @property {string} source
 * @property {string} code '' when there is none
 * @property {number} line 1-based
 * @property {number} column 1-based
 */

/**
 * Opens a window of the server in a browser and waits until it can be used.
 *
 * @param {Server} server
 * @param {string} folder the folder or `.code-workspace` file to open
 * @param {object} [options]
 * @param {Browser} [options.browser] one that is running; without it a new one, closed with the window
 * @param {{ width: number, height: number }} [options.viewport]
 * @returns {Promise<Workbench>}
 */
export async function openWorkbench(server, folder, options = {}) {
  const { viewport = { width: 1280, height: 800 } } = options;
  const browser = options.browser ?? (await launchBrowser());
  const context = await browser.newContext({ viewport });
  const close = async () => {
    await context.close();
    if (!options.browser) await browser.close();
  };
  try {
    // What compiles the tests names functions by this helper, also those that are sent to the page.
    await context.addInitScript('globalThis.__name = (value) => value');
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const reply = await page.goto(workbenchUrl(server, folder), { waitUntil: 'domcontentloaded' });
    if (!reply?.ok())
      throw new Error(`the workbench page answered ${reply?.status()}: ${await reply?.text()}`);
    const workbench = new Workbench(page, close);
    await workbench.ready();
    return workbench;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A window of VS Code, used as a person does: by what it shows. Nothing here sleeps; every step waits for what
 * it needs, up to the page's default timeout. Labels are matched whole.
 */
export class Workbench {
  /** @readonly @type {Page} */
  page;
  /** Closes the window, and the browser if it was opened for it. @readonly @type {() => Promise<void>} */
  close;

  /**
   * @param {Page} page
   * @param {() => Promise<void>} close
   */
  constructor(page, close) {
    this.page = page;
    this.close = close;
  }

  /** Resolves when the window is drawn and the extension host answers (the Explorer lists the folder by it). */
  async ready() {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.part.statusbar').waitFor();
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  }

  /** Loads the window anew: its extension host ends, and another one starts. */
  async reload() {
    await this.page.reload({ waitUntil: 'domcontentloaded' });
    await this.#drawn();
  }

  /**
   * Opens another window of the same person on the same folder.
   *
   * @returns {Promise<Workbench>}
   */
  async another() {
    const page = await this.page.context().newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(this.page.url(), { waitUntil: 'domcontentloaded' });
    const workbench = new Workbench(page, () => page.close());
    await workbench.#drawn();
    return workbench;
  }

  /** Resolves when the window is drawn; its side bar shows what it showed last. */
  async #drawn() {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.part.statusbar').waitFor();
    await this.page.locator('.part.activitybar .action-item').first().waitFor();
  }

  /**
   * Runs a command from the palette.
   *
   * @param {string} title as the palette shows it: `Category: Title`
   */
  async command(title) {
    const row = this.quickPickRow(title);
    // The palette lists what is contributed when it opens; an extension's commands may come later: ask again
    for (const end = Date.now() + 30_000; ;) {
      await this.page.keyboard.press('F1');
      await this.quickInput.waitFor();
      await this.quickInput.fill(`>${title}`);
      try {
        await row.waitFor({ timeout: 2500 });
        break;
      } catch (error) {
        if (Date.now() > end) throw new Error(`no command "${title}" in the palette`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
    // Done when the palette is gone, or has become the command's own quick input
    const isDone = () => {
      const widget = document.querySelector('.quick-input-widget');
      if (!widget || getComputedStyle(widget).display === 'none') return true;
      return !widget.querySelector('input')?.value.startsWith('>');
    };
    // A click is lost when the palette draws its rows anew under it
    for (const end = Date.now() + 20_000; ;) {
      try {
        await row.click({ timeout: 5000 });
        await this.page.waitForFunction(isDone, undefined, { timeout: 5000 });
        return;
      } catch (error) {
        if (await this.page.evaluate(isDone)) return;
        if (Date.now() > end) throw error;
      }
    }
  }

  // Quick picks and input boxes

  /** The text field of the open quick pick or input box. @returns {Locator} */
  get quickInput() {
    return this.page.locator('.quick-input-widget:visible .quick-input-box input');
  }

  /** @param {string} label @returns {Locator} */
  quickPickRow(label) {
    const name = this.page.locator('.label-name', { hasText: whole(label) });
    return this.page.locator('.quick-input-widget:visible .monaco-list-row').filter({ has: name }).first();
  }

  /** The labels that the open quick pick shows (a long list shows its first ones). @returns {Promise<string[]>} */
  async quickPickLabels() {
    const rows = this.page.locator('.quick-input-widget:visible .monaco-list-row');
    await rows.first().waitFor();
    return rows.locator('.quick-input-list-row:first-child .label-name').allInnerTexts();
  }

  /** Chooses a row of the open quick pick. @param {string} label */
  async pick(label) {
    await this.quickPickRow(label).click();
  }

  /** Checks or unchecks a row of a quick pick for several, then accept() it. @param {string} label */
  async togglePick(label) {
    await this.quickPickRow(label).locator('.monaco-checkbox, .quick-input-list-checkbox').click();
  }

  /** Types into the open quick pick or input box, in place of what it holds. @param {string} text */
  async type(text) {
    await this.quickInput.fill(text);
  }

  /** Accepts the open quick pick or input box. */
  async accept() {
    await this.quickInput.press('Enter');
  }

  /** Types into the open input box and accepts it. @param {string} text */
  async answer(text) {
    await this.type(text);
    await this.accept();
  }

  /** Closes the open quick pick or input box, or a menu, without a choice. */
  async dismiss() {
    await this.page.keyboard.press('Escape');
  }

  /** Clicks a button in the title of the open quick input, as "Back". @param {string} label */
  async quickInputButton(label) {
    await this.page
      .locator(`.quick-input-widget:visible .quick-input-titlebar .action-label[aria-label="${label}"]`)
      .click();
  }

  /** Waits for the quick pick or input box with this title: the next step. @param {string} title */
  async quickInputTitled(title) {
    await this.page
      .locator('.quick-input-widget:visible .quick-input-title', { hasText: whole(title) })
      .waitFor();
  }

  /** What the open input box says below its field: the prompt or what is wrong. @returns {Promise<string>} */
  quickInputMessage() {
    return this.page.locator('.quick-input-widget:visible .quick-input-message').innerText();
  }

  // Dialogs and notifications

  /** Answers the open modal dialog. @param {string} button @returns {Promise<string>} what it said */
  async dialog(button) {
    const box = this.page.locator('.monaco-dialog-box');
    const text = await box.locator('.dialog-message-container').innerText();
    await box.locator('.dialog-buttons .monaco-button', { hasText: whole(button) }).click();
    await box.waitFor({ state: 'hidden' });
    return text;
  }

  /** Waits for a notification. @param {string | RegExp} text a part of it @returns {Promise<string>} all of it */
  toast(text) {
    return this.#toast(text).locator('.notification-list-item-message').innerText();
  }

  /**
   * Clicks a button of a notification, in the list of all of them when it has gone from the screen: it stays for ten
   * seconds there.
   *
   * @param {string | RegExp} text a part of the notification
   * @param {string} button
   */
  async toastButton(text, button) {
    const press = (item, timeout) =>
      item
        .locator('.monaco-button', { hasText: whole(button) })
        .click(timeout === undefined ? {} : { timeout });
    try {
      await press(this.#toast(text), 5000);
    } catch {
      await this.command('Notifications: Show Notifications');
      const center = this.page.locator('.notifications-center');
      await press(this.#notification(center, text));
      if (await center.isVisible()) await this.command('Notifications: Clear All Notifications');
      await center.waitFor({ state: 'hidden' });
    }
  }

  /** The notifications that are shown now. @returns {Promise<string[]>} */
  toasts() {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  async clearToasts() {
    await this.command('Notifications: Clear All Notifications');
  }

  /** @param {string | RegExp} text */
  #toast(text) {
    return this.#notification(this.page.locator('.notifications-toasts'), text);
  }

  /** @param {Locator} list @param {string | RegExp} text */
  #notification(list, text) {
    const message = this.page.locator('.notification-list-item-message', { hasText: text });
    return list.locator('.notification-list-item').filter({ has: message }).first();
  }

  // Explorer and editors

  /** @param {string} name @returns {Locator} */
  explorerRow(name) {
    const label = this.page.locator('.label-name', { hasText: whole(name) });
    return this.page.locator('.explorer-folders-view .monaco-list-row').filter({ has: label });
  }

  /**
   * Right-clicks a file in the Explorer.
   *
   * @param {string} name
   * @returns {Promise<string[]>} the labels of its menu
   */
  async explorerMenu(name) {
    await this.explorerRow(name).click({ button: 'right' });
    return this.#menuLabels();
  }

  /** Chooses from the menu of a file in the Explorer. @param {string} name @param {string} label */
  async explorerMenuChoose(name, label) {
    await this.explorerRow(name).click({ button: 'right' });
    await this.#menuChoose(label);
  }

  /** Selects several files in the Explorer. @param {readonly string[]} names */
  async explorerSelect(names) {
    for (const [i, name] of names.entries()) {
      await this.explorerRow(name).click(i === 0 ? {} : { modifiers: ['Control'] });
    }
  }

  /** Opens a file from the Explorer's top level as an editor that stays. @param {string} name */
  async openFile(name) {
    await this.explorerRow(name).dblclick();
    await this.tab(name).waitFor();
    await this.page.locator('.editor-instance .monaco-editor .view-lines').first().waitFor();
  }

  /** The active editor's tab. @param {string} name @returns {Locator} */
  tab(name) {
    return this.page.locator(`.tab.active[data-resource-name="${name}"]`);
  }

  /** Puts the cursor of the active editor at a place, both 1-based. @param {number} line @param {number} column */
  async goTo(line, column) {
    await this.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+g');
    await this.answer(`:${line}:${column}`);
    await this.page.locator('.part.statusbar', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** The lines that the active editor shows. @returns {Promise<string>} */
  async editorText() {
    const lines = this.page.locator('.editor-group-container.active .editor-instance .view-lines').first();
    await lines.waitFor();
    const texts = await lines.evaluate((element) =>
      [...element.children]
        .map((line) => ({ top: Number.parseFloat(line.style.top), text: line.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return texts.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Resolves once so many characters are selected in the editor. @param {number} count */
  async selected(count) {
    await this.page.locator('#status\\.editor\\.selection', { hasText: `(${count} ` }).waitFor();
  }

  /** Finds a text in the open editor and types another one over it, by keyboard. */
  async replaceText(find, text) {
    const { keyboard } = this.page;
    // Escape closes a toast before it closes the search.
    await this.clearToasts();
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await keyboard.press('Control+Home');
    await keyboard.press('Control+f');
    await this.page.locator('.find-widget.visible textarea').first().fill(find);
    await this.page.locator('.find-widget.visible .matchesCount', { hasText: /\d/ }).waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Escape');
    await this.page.locator('.find-widget.visible').waitFor({ state: 'hidden' });
    await this.page.locator('.monaco-editor.focused').first().waitFor();
    await this.selected(find.length);
    if (text === '') await keyboard.press('Delete');
    else await keyboard.insertText(text);
  }

  /** Clicks a code lens of the active editor. @param {string | RegExp} text a part of it */
  async codeLens(text) {
    await this.page.locator('.editor-instance .codelens-decoration a', { hasText: text }).first().click();
  }

  /** A button in the title bar of the active editor group. @param {string} label @returns {Locator} */
  editorAction(label) {
    return this.page.locator(
      `.editor-group-container.active .editor-actions .action-label[aria-label^="${label}"]`,
    );
  }

  /** The marks under the text of the visible editors. @param {'error' | 'warning' | 'info'} [severity] @returns {Locator} */
  squiggles(severity = 'error') {
    return this.page.locator(`.editor-instance .view-overlays .squiggly-${severity}`);
  }

  // Views

  /** Opens a view container of the activity bar. @param {string} name */
  async activity(name) {
    const label = this.page.locator(`.action-label[aria-label^="${name}"]`);
    const item = this.page.locator('.activitybar .action-item').filter({ has: label }).first();
    const title = this.page.locator('.part.sidebar .composite.title h2', { hasText: new RegExp(name, 'i') });
    // A click on the item of an open container closes it, and it may open by itself just before the click: look again
    for (const end = Date.now() + 20_000; ;) {
      if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
      try {
        await title.waitFor({ timeout: 2500 });
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** The number on an item of the activity bar, '' without one. @param {string} name @returns {Promise<string>} */
  async badge(name) {
    const label = this.page.locator(`.action-label[aria-label^="${name}"]`);
    const item = this.page.locator('.activitybar .action-item').filter({ has: label }).first();
    const badge = item.locator('.badge-content:visible');
    return (await badge.count()) > 0 ? badge.innerText() : '';
  }

  /** A view in the open side bar. @param {string} title @returns {Locator} */
  view(title) {
    const header = this.page.locator('.pane-header .title', { hasText: whole(title) });
    return this.page.locator('.part.sidebar .pane').filter({ has: header });
  }

  /** @param {string} view @param {string | RegExp} label @returns {Locator} */
  treeRow(view, label) {
    const hasText = typeof label === 'string' ? whole(label) : label;
    const name = this.page.locator('.label-name', { hasText });
    return this.view(view).locator('.monaco-list-row').filter({ has: name }).first();
  }

  /** The rows that a tree view shows. @param {string} view @returns {Promise<TreeRow[]>} */
  async readTree(view) {
    return this.view(view)
      .locator('.monaco-list-row')
      .evaluateAll((rows) =>
        rows.map((row) => ({
          label: row.querySelector('.label-name')?.textContent ?? '',
          description: row.querySelector('.label-description')?.textContent ?? '',
          level: Number(row.getAttribute('aria-level')),
          expanded: row.hasAttribute('aria-expanded') ? row.getAttribute('aria-expanded') === 'true' : null,
        })),
      );
  }

  /** Clicks an inline action of a tree row. @param {string} view @param {string | RegExp} label @param {string} action */
  async treeAction(view, label, action) {
    await this.rowAction(this.treeRow(view, label), action);
  }

  /**
   * Clicks an inline action of a row. The view draws the row anew when it changes, and a click that falls between the
   * button's old element and its new one meets neither: then it is made again.
   *
   * @param {Locator} row
   * @param {string} action
   */
  async rowAction(row, action) {
    const selector = `.actions .action-label[aria-label="${action}"]`;
    for (const end = Date.now() + 20_000; ;) {
      await row.hover();
      await this.page.evaluate((button) => {
        globalThis.metButton = false;
        globalThis.metButtonEnd?.abort();
        globalThis.metButtonEnd = new globalThis.AbortController();
        const note = ({ target }) => (globalThis.metButton ||= target.closest?.(button) != null);
        document.addEventListener('click', note, { capture: true, signal: globalThis.metButtonEnd.signal });
      }, selector);
      await row.locator(selector).click();
      if (await this.page.evaluate('globalThis.metButton')) return;
      if (Date.now() > end) throw new Error(`every click on "${action}" fell beside it`);
    }
  }

  /** Clicks an action in the title of a view. @param {string} view @param {string} action */
  async viewAction(view, action) {
    await this.view(view).hover();
    await this.view(view).locator(`.pane-header .actions .action-label[aria-label="${action}"]`).click();
  }

  /** Right-clicks a tree row. @param {string} view @param {string | RegExp} label @returns {Promise<string[]>} its menu */
  async treeMenu(view, label) {
    await this.treeRow(view, label).click({ button: 'right' });
    return this.#menuLabels();
  }

  /** Chooses from the menu of a tree row. @param {string} view @param {string | RegExp} label @param {string} item */
  async treeMenuChoose(view, label, item) {
    await this.treeRow(view, label).click({ button: 'right' });
    await this.#menuChoose(item);
  }

  /** Opens a row's children, if they are not. @param {string} view @param {string | RegExp} label */
  async expand(view, label) {
    const row = this.treeRow(view, label);
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click();
    await row.and(this.page.locator('[aria-expanded="true"]')).waitFor();
  }

  /** What shows when the pointer rests on something. @param {Locator} target @returns {Promise<string>} */
  async hover(target) {
    await target.hover();
    const hover = this.page.locator('.monaco-hover:visible').last();
    await hover.waitFor();
    return hover.innerText();
  }

  /** An item of the status bar. @param {string | RegExp} text a part of it @returns {Locator} */
  statusItem(text) {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text }).first();
  }

  /** The document in a webview (inside two frames). @param {number} [index] among the visible ones @returns {Promise<FrameLocator>} */
  async webview(index = 0) {
    const outer = this.page.locator('iframe.webview.ready').nth(index);
    await outer.waitFor();
    const inner = outer.contentFrame().locator('iframe#active-frame');
    await inner.waitFor();
    return inner.contentFrame();
  }

  /**
   * The rows of the Problems panel. It draws those in sight only: some twenty.
   *
   * @returns {Promise<ShownProblem[]>}
   */
  async problems() {
    await this.command('Problems: Focus on Problems View');
    const rows = this.page.locator('.markers-panel .monaco-list-row');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) => {
      let file = '';
      const found = [];
      for (const row of elements) {
        const name = row.querySelector('.resource-label-container .label-name');
        if (name) file = name.textContent;
        const place = /\[Ln (\d+), Col (\d+)\]/.exec(row.querySelector('.marker-line')?.textContent ?? '');
        if (!place) continue;
        const icon = row.querySelector('.marker-icon')?.className ?? '';
        const severity = ['error', 'warning'].find((one) => icon.includes(one)) ?? 'info';
        const text = (selector) => row.querySelector(selector)?.textContent ?? '';
        found.push({
          file,
          severity,
          message: [...row.querySelectorAll('.marker-message')].map((line) => line.textContent).join('\n'),
          source: text('.marker-source'),
          code: text('.marker-code').replace(/^\(|\)$/g, ''),
          line: Number(place[1]),
          column: Number(place[2]),
        });
      }
      return found;
    });
  }

  /** The lines that an output channel shows at its end. @param {string} channel @returns {Promise<string>} */
  async output(channel) {
    await this.command('Output: Show Output Channels...');
    await this.pick(channel);
    const lines = this.page.locator('.part.panel .monaco-editor .view-lines').first();
    await lines.locator('.view-line').filter({ hasText: /\S/ }).first().waitFor();
    return (await lines.innerText()).replaceAll('\u00a0', ' ');
  }

  /** Saves a picture of the window as PNG. @param {string} file */
  async screenshot(file) {
    await this.page.screenshot({ path: file });
  }

  // Menus

  async #menuLabels() {
    const items = this.page.locator('.monaco-menu .action-item:not(.disabled) .action-label[aria-label]');
    await items.first().waitFor();
    const labels = await items.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''));
    return labels.filter((label) => label !== '');
  }

  /** @param {string} label */
  async #menuChoose(label) {
    const labels = await this.#menuLabels();
    if (!labels.includes(label)) throw new Error(`no "${label}" in the menu: ${labels.join(' | ')}`);
    // A menu ignores a mouse button that goes up within about 100 ms of its opening
    await this.page.waitForTimeout(150);
    const item = this.page.locator(`.monaco-menu .action-item .action-label[aria-label="${label}"]`);
    await item.click();
    await this.page.locator('.monaco-menu').first().waitFor({ state: 'hidden' });
  }
}

/** @param {string} text @returns {RegExp} it and nothing else */
function whole(text) {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
