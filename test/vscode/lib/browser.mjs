import { chromium } from 'playwright-core';
import { findChromium } from './chromium.mjs';

/** @typedef {import('playwright-core').Browser} Browser */

/**
 * Starts the machine's Chromium with an empty profile, so that no state goes from one run to the next.
 *
 * @param {{ headless?: boolean }} [options]
 * @returns {Promise<Browser>}
 */
export function launchBrowser({ headless = true } = {}) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium on this machine: run `node test/prepare.mjs host`');
  return chromium.launch({
    executablePath,
    headless,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
}
