// What somebody typed is suggested to nobody: neither by the page nor by the browser, which keeps forms in its profile.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { answerShort, familyGoes, profile, sitDown, switchOn } from './support/kiosk.mjs';
import { CANARY } from './support/nothing.mjs';
import { standAtShort } from './support/standing.mjs';

const { session, cards } = await standAtShort();

/** What the browser has kept of forms, to suggest it again, once it has ended. */
const keptOfForms = (folder) => ['Web Data', 'Web Data-wal', 'Web Data-journal'].map((name) => {
  try { return readFileSync(path.join(folder, 'Default', name), 'latin1'); } catch { return ''; }
}).join('');

test('a second attempt is offered nothing of what was typed in the first', async () => {
  const memory = profile();
  try {
    const { page, close } = await switchOn(memory.folder);
    // The browser does keep forms: a page that is not ours has one.
    const other = http.createServer((request, reply) => {
      reply.writeHead(200, { 'content-type': 'text/html' });
      reply.end('<form action="/sent"><input name="town"><button>Send</button></form>');
    }).listen(0, '127.0.0.1');
    other.unref();
    await new Promise((resolve) => { other.once('listening', resolve); });
    await page.goto(`http://127.0.0.1:${other.address().port}/`);
    await page.locator('input').pressSequentially('ordinary-town');
    await page.getByRole('button').click();
    await page.waitForURL(/town=/);

    await page.goto(session);
    await sitDown(page, { card: cards[0], animal: 'fox', year: 1 });
    await answerShort(page, { upTo: 3 });
    await page.locator('.screen.now .typed').pressSequentially(CANARY);
    await page.waitForTimeout(350); // past the guard against double taps
    await page.locator('[data-next]').click();
    await page.waitForFunction(() => !document.querySelector('.screen.now .typed'));
    await answerShort(page);
    await page.locator('[data-stage][data-shows="pass-on"]').waitFor();
    await page.waitForFunction(() => document.querySelector('[data-open]'));
    await familyGoes(page);

    await sitDown(page, { card: cards[1], animal: 'fox', year: 1 });
    await answerShort(page, { upTo: 3 });
    const typed = page.locator('.screen.now .typed');
    await typed.press(CANARY[0]);
    for (const key of ['ArrowDown', 'Tab']) await page.keyboard.press(key); // takes the first suggestion where there is one
    assert.equal(await typed.inputValue(), CANARY[0]);
    assert.equal(await page.locator('datalist, [list]').count(), 0);
    const open = await page.evaluate(() => Array.from(document.querySelectorAll('input[type="text"]'))
      .filter((input) => input.autocomplete !== 'off' || input.spellcheck || input.getAttribute('autocorrect') !== 'off').map((input) => input.outerHTML));
    assert.deepEqual(open, []);
    await close();
    const kept = keptOfForms(memory.folder);
    assert.match(kept, /ordinary-town/, 'the browser keeps forms');
    assert.doesNotMatch(kept, new RegExp(CANARY));
    assert.doesNotMatch(kept, new RegExp(cards[0].replace('-', '-?')), 'nor the code of a card');
  } finally {
    memory.gone();
  }
});
