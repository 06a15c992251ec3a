// A tablet without a server: what it knows of people from elsewhere, and cards that it does not know.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { hold, remembered } from './support/family.mjs';
import { front } from './support/front.mjs';
import { answerShort, sitDown, takeTurn } from './support/kiosk.mjs';
import { until } from './support/server.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, server, session, cards } = await standAtShort();
let network;

beforeEach(async () => { network = await front(server.url); });

const shows = (page, screen) => page.locator(`[data-stage][data-shows="${screen}"]`).waitFor();
const kit = (page) => page.evaluate(() => window.pencilmark.memory.get('meta', 'kit.' + document.querySelector('[data-tablet]').dataset.session));

/** A tablet that has taken along what it needs; the server is off from here on. */
async function alone() {
  const page = await openPage(browser);
  await page.goto(session.replace(server.url, network.url));
  await page.locator('[data-open]').waitFor();
  await until('the kit to be kept', () => kit(page));
  await network.off();
  return page;
}

async function startAfters(page) {
  await hold(page, page.locator('[data-corner]'));
  await page.locator('[data-start-afters]').click();
  await page.getByText('The afters have started.').waitFor();
  await page.locator('[data-panel] [data-close]').click();
}

test('without a server a tablet knows who answered before on another one', async () => {
  const other = await openPage(browser);
  await other.goto(session);
  await takeTurn(other, { card: cards[0], animal: 'fox', year: 2 });
  await until('it to be received', async () => (await remembered(other)) === '0 drafts, 0 waiting');
  await other.context().close();
  await until('the server to have judged it', async () => JSON.stringify(await (await fetch(`${session}/kit`)).json()).includes('"wave"'));

  const page = await alone();
  assert.equal(await page.evaluate(async () => (await window.pencilmark.memory.all('seen')).filter(({ people }) => people).length), 0, 'nobody has answered here');
  await startAfters(page);
  assert.equal(await sitDown(page, { card: cards[0], animal: 'fox' }), 'after', 'from what it took along, and nobody is asked for a school year');
  await answerShort(page);
  await shows(page, 'pass-on');
  const [sent] = await page.evaluate(async () => (await window.pencilmark.memory.all('outbox')).map(({ body }) => JSON.parse(body)));
  assert.deepEqual([sent.wave, sent.school_year], ['post_same', 2]);
});

test('without a server a card that it does not know is for the leader, who holds and goes on', async () => {
  const page = await alone();
  const stranger = await page.evaluate((cards) => {
    const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
    for (let i = 0; ; i += 1) {
      const typed = Array.from({ length: 6 }, (_, at) => letters[Math.floor(i / letters.length ** at) % letters.length]).join('');
      const { code } = window.pencilmark.readCard(typed);
      if (code && cards.every((card) => card.replace('-', '') !== code)) return code;
    }
  }, cards);
  await page.getByLabel(/six letters/).fill(stranger);
  await page.getByLabel(/six letters/).press('Enter');
  await page.getByRole('heading', { name: 'We do not know this card yet' }).waitFor();
  await page.waitForTimeout(350); // past the guard against double taps
  const goOn = page.getByRole('button', { name: /Leader: go on with it/ });
  await goOn.click();
  await goOn.hover();
  await page.mouse.down();
  await page.waitForTimeout(1000);
  await page.mouse.up();
  await page.waitForTimeout(1200); // longer than the rest of a hold
  assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'unsure', 'neither a tap nor a second is a hold');
  await hold(page, goOn);
  await shows(page, 'who');
});

test('without a server somebody whose before was elsewhere says which it is', async () => {
  const page = await alone();
  await page.getByLabel(/six letters/).fill(cards[1]);
  await page.getByLabel(/six letters/).press('Enter');
  await shows(page, 'who');
  const tap = (selector) => page.locator(`[data-stage] ${selector}`).evaluate((button) => button.click());
  await tap('[name="animal"][value="bee"]');
  await shows(page, 'year');
  await tap('[name="school_year"][value="1"]');
  await shows(page, 'permission');
  await tap('[name="permission"][value="yes"]');
  await shows(page, 'ready');
  const other = page.locator('[data-other-wave]');
  assert.match(await other.innerText(), /No, it is the after/);
  await other.evaluate((button) => button.click());
  await page.locator('.screen.now').waitFor();
  const [draft] = await until('the draft to be kept', async () => { const kept = await page.evaluate(() => window.pencilmark.memory.all('drafts')); return kept.length && kept; });
  assert.equal(draft.base.wave, 'post_same');
});
