// Recordings beside a survey: heard in the place of the tablet's own voice, with and without the server.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { HALL, launch } from './support/browser.mjs';
import { shortSession } from './support/family.mjs';
import { profile, sitDown, switchOn } from './support/kiosk.mjs';
import { startServer, until } from './support/server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const surveys = mkdtempSync(path.join(tmpdir(), 'pencilmark-surveys-'));
let browser, server, session, cards;

before(async () => {
  const recordings = path.join(surveys, 'short.v1.audio');
  mkdirSync(recordings);
  copyFileSync(path.join(here, 'surveys/short.v1.toml'), path.join(surveys, 'short.v1.toml'));
  for (const said of ['opening', 'S1']) copyFileSync(path.join(here, 'support/beep.mp3'), path.join(recordings, `${said}.mp3`));
  browser = await launch();
  server = await startServer({ args: ['--surveys', surveys] });
  ({ session, cards } = await shortSession(browser, server));
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(surveys, { recursive: true, force: true });
});

/** Notes what is played to its end, and what a voice would say. */
function listen() {
  window.heard = [];
  const Real = window.Audio;
  window.Audio = function (address) {
    const player = new Real(address);
    player.addEventListener('ended', () => window.heard.push(new URL(address, location.href).pathname.replace(/[0-9a-f]{24}/, 'hash')));
    return player;
  };
  Object.defineProperty(window, 'speechSynthesis', {
    value: { getVoices: () => [], cancel() {}, speak: (one) => window.heard.push(one.text) },
  });
}

for (const [name, address] of [['plain http', () => session.replace('127.0.0.1', HALL)], ['a secure origin', () => session]]) {
  test(`on ${name} a recording beside a survey is heard in the voice’s place, with the server off too`, async () => {
    const memory = profile();
    const tablet = await switchOn(memory.folder);
    const { page } = tablet;
    await page.addInitScript(listen);
    await page.goto(address());
    if (name !== 'plain http') {
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.reload();
    }
    await page.waitForFunction(() => document.querySelector('[data-open]'));
    await until('the recordings to be taken along', () => page.evaluate(async () => {
      const addresses = Array.from(document.querySelectorAll('template'), (one) => Array.from(one.content.querySelectorAll('[data-audio]'), (part) => part.dataset.audio)).flat();
      if (window.caches) return addresses.length > 0 && (await Promise.all(addresses.map((one) => caches.match(one)))).every(Boolean);
      const kept = addresses.map((one) => fetch(one, { cache: 'only-if-cached', mode: 'same-origin' }).then((reply) => reply.ok, () => false));
      return addresses.length > 0 && (await Promise.all(kept)).every(Boolean);
    }));
    await server.off();
    await sitDown(page, { card: cards[name === 'plain http' ? 0 : 1], animal: 'fox', year: 1 });
    await page.mouse.click(5, 5); // a person's tap is what unlocks sound
    await until('the opening to be heard', () => page.evaluate(() => window.heard.includes('/audio/hash.mp3')));
    await page.waitForTimeout(350);
    await page.evaluate(() => { window.heard.length = 0; });
    await page.locator('[data-next]').click();
    await until('the question to be heard', () => page.evaluate(() => window.heard.includes('/audio/hash.mp3')));
    assert.deepEqual(await page.evaluate(() => window.heard), ['/audio/hash.mp3'], 'the voice keeps quiet');
    await page.locator('.screen.now .option input').first().click();
    await page.waitForTimeout(350);
    await page.locator('[data-next]').click();
    await until('a question without a recording to be read by the voice', () => page.evaluate(() => window.heard.includes('Could you learn to do a new job?')));
    await tablet.close();
    memory.gone();
    server = await startServer({ data: server.data, port: new URL(session).port, args: ['--surveys', surveys] });
  });
}
