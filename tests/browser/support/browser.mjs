// A real Chromium, and the two promises every page keeps: no request to another origin, no axe violation.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { watch } from './canaries.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The screens the product is used on. */
export const TABLET = { width: 800, height: 1280 };
export const PHONE = { width: 360, height: 740 };
export const LAPTOP = { width: 1366, height: 768 };

export const PROGRAM = process.env.CHROMIUM || '/usr/bin/chromium';

/** A hall's own name for the laptop: this machine, on plain http that no browser thinks secure. */
export const HALL = 'hall.test';

/** Quiet: it asks nobody for updates. */
export const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${HALL} 127.0.0.1`,
];

/** Debian's Chromium; `more` are arguments of its own. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: PROGRAM,
    args: [...ARGUMENTS, ...more],
    // Playwright turns the back-forward cache off; families' tablets have it on.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/**
 * A page in a context of its own, watched from its first request on.
 *
 * `page.foreign` lists requests to other origins, `page.mistakes` script errors and refusals by the
 * content security policy. No service worker is let in unless it is asked
 * for. Options are Playwright's; `viewport` is a tablet unless it is said.
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: TABLET, locale: 'en-GB', serviceWorkers: 'block', ...options });
  watch(context);
  const page = await context.newPage();
  page.foreign = [];
  page.mistakes = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const own = ['127.0.0.1', 'localhost', HALL].includes(url.hostname) || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!own) page.foreign.push(request.url());
  });
  page.on('pageerror', (error) => page.mistakes.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text())) {
      page.mistakes.push(message.text());
    }
  });
  return page;
}

/** Fails when the page asked another origin for anything, threw, or broke its own policy. */
export function assertKeptToItself(page) {
  assert.equal(page.foreign.length, 0, `requests to other origins: ${page.foreign.join(', ')}`);
  assert.equal(page.mistakes.length, 0, `script errors and policy refusals:\n  ${page.mistakes.join('\n  ')}`);
}

/**
 * Fails when axe finds a violation of WCAG 2.2 A and AA or of its best practices.
 *
 * The page's policy lets no foreign script in, so axe comes through the debugger, into its own world.
 */
export async function assertAccessible(page, name) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      contextId,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  if (!(await evaluate("typeof axe === 'object'"))) await evaluate(`${axeSource}; true`);
  const violations = await evaluate(`
    axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((violation) =>
      violation.id + ' (' + violation.impact + '): ' + violation.help + '\\n    ' +
      violation.nodes.slice(0, 5).map((node) => node.html.slice(0, 160)).join('\\n    ')))`);
  await session.detach();
  assert.equal(violations.length, 0, `${name}: axe found\n  ${violations.join('\n  ')}`);
}
