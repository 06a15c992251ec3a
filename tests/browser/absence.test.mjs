// Somebody comes back to questions that were left: what is said to them, and where the code of their card goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, openPage } from './support/browser.mjs';
import { answerShort, sitDown } from './support/kiosk.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

/** Questions that were left so long ago, on a page that was loaded again since. */
async function left(viewport, card, agoMs) {
  const page = await openPage(browser, { viewport });
  await page.goto(session);
  await sitDown(page, { card, animal: 'fox', year: 1 });
  await answerShort(page, { upTo: 1 });
  await page.waitForFunction(async () => (await window.pencilmark.memory.all('drafts')).some(({ at }) => at > 0));
  await page.addInitScript((agoMs) => { const now = Date.now; Date.now = () => now() + agoMs; }, agoMs);
  await page.reload();
  await page.locator('[data-open] [data-shows="resume"]').waitFor();
  await page.waitForTimeout(350); // past the guard against double taps
  return page;
}

test('a tap on a picture that has to be held says so', async () => {
  const page = await left({ width: 768, height: 1024 }, cards[0], 0);
  await page.locator('[data-resume="fox"]').click();
  assert.equal(await page.locator('.brief').innerText(), 'Hold the right picture for two seconds to go on.');
  assert.equal(await page.locator('[data-stage]').getAttribute('data-shows'), 'resume');
});

for (const [size, width, height] of [['a tablet on its side', 1024, 768], ['a tablet upright', 768, 1024], ['a telephone', 360, 740]]) {
  test(`on ${size} the field for the card’s code, its button and who helps without a card are in sight`, async () => {
    const page = await left({ width, height }, cards[1 + [1024, 768, 360].indexOf(width)], 100_000);
    const picture = page.locator('[data-resume="fox"]');
    await picture.evaluate((button) => button.click()); // no pointer: believed at once
    const form = page.locator('[data-card-again]');
    await form.waitFor();
    for (const part of [form.locator('input'), form.getByRole('button', { name: 'Go on' })]) {
      const { y, height: tall } = await part.boundingBox();
      assert.ok(y >= 0 && y + tall <= height, `${size}: ${y} and ${tall} high`);
    }
    assert.match(await form.innerText(), /round button in the corner/, 'where the leader finds a way without the card');
    await assertAccessible(page, 'the card is asked for');
    await page.context().close();
  });
}
