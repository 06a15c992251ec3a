// Recordings beside a survey: heard in the place of the tablet's own voice, with and without the server.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';
import { HALL } from './support/browser.mjs';
import { answerShort, profile, sitDown, switchOn } from './support/kiosk.mjs';
import { startServer, until } from './support/server.mjs';
import { standAtSession } from './support/standing.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const surveys = mkdtempSync(path.join(tmpdir(), 'pencilmark-surveys-'));
const recordings = path.join(surveys, 'short.v1.audio');
mkdirSync(recordings);
const short = readFileSync(path.join(here, 'surveys/short.v1.toml'), 'utf8');
const forSome = 'text = "What do you like?"\ntext_when = [{ item = "S2", is = [1], text = "What do you like to learn?" }]';
writeFileSync(path.join(surveys, 'short.v1.toml'), short.replace('text = "What do you like?"', forSome));
for (const said of ['opening', 'S1', 'S3.when-1', 'closing']) record(recordings, said);
const common = path.join(surveys, 'common.audio');
mkdirSync(common);
for (const said of ['who', 'year', 'permission', 'ready', 'helper', 'pass-on']) record(common, said);
const stands = await standAtSession({ serve: () => startServer({ args: ['--surveys', surveys] }) });
const { browser, session, cards } = stands;
let { server } = stands;
after(() => rmSync(surveys, { recursive: true, force: true }));

/** A recording that can be told from the others: the same beep, and a tag that no player reads. */
function record(folder, said) {
  writeFileSync(path.join(folder, `${said}.mp3`), Buffer.concat([readFileSync(path.join(here, 'support/beep.mp3')), Buffer.from(said)]));
}

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
    server = stands.server = await startServer({ data: server.data, port: new URL(session).port, args: ['--surveys', surveys] });
  });
}

test('recordings are heard on the screens that every survey shares, for wordings of some people, and at the end', async () => {
  const page = await browser.newPage();
  const names = new Map(); // the address of a recording, and what it says
  for (const said of ['opening', 'S1', 'S3.when-1', 'closing', 'who', 'year', 'permission', 'ready', 'helper', 'pass-on']) {
    const folder = ['opening', 'S1', 'S3.when-1', 'closing'].includes(said) ? 'short.v1.audio' : 'common.audio';
    const hash = createHash('sha256').update(readFileSync(path.join(surveys, folder, `${said}.mp3`))).digest('hex').slice(0, 24);
    names.set(`/audio/${hash}.mp3`, said);
  }
  const said = [];
  page.on('console', (message) => { if (message.text().startsWith('plays ')) said.push(names.get(message.text().slice(6)) ?? message.text()); });
  await page.addInitScript(() => {
    window.Audio = function (address) { // ends at once: what is played is the question here
      console.log(`plays ${new URL(address, location.href).pathname}`);
      const player = { pause() {}, play: () => { setTimeout(() => player.onended && player.onended()); return Promise.resolve(); } };
      return player;
    };
    Object.defineProperty(window, 'speechSynthesis', { value: { getVoices: () => [], cancel() {}, speak: (one) => console.log(`plays ${one.text}`) } });
  });
  await page.goto(session);
  await page.locator('[data-tablet][data-open]').waitFor();
  await page.evaluate(() => { window.pencilmark.aloud.turn(true); window.pencilmark.aloud.unlock(); });
  said.length = 0;
  await sitDown(page, { card: cards[2], animal: 'fox', year: 1 });
  await answerShort(page, { text: 'trains' });
  await page.waitForFunction(() => document.querySelector('[data-stage][data-shows="pass-on"]'));
  await page.evaluate(() => { window.pencilmark.aloud.turn(true); window.pencilmark.aloud.unlock(); });
  await until('the end to be heard', async () => said.includes('pass-on'));
  const heard = said.filter((one) => !one.startsWith('plays '));
  const order = ['who', 'year', 'permission', 'ready', 'opening', 'S1', 'S3.when-1', 'helper', 'closing', 'pass-on'];
  assert.deepEqual(order.filter((one) => heard.includes(one)), order, heard.join(', '));
  assert.deepEqual(heard.filter((one, index) => one !== heard[index - 1]), order, 'in this order');
  assert.ok(said.some((one) => one === 'plays Could you learn to do a new job?'), 'the rest is left to the voice');
  await page.close();
});
