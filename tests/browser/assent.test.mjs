// A person's own yes goes along with their answer, and nothing does where it was the leader who asked before its time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage } from './support/browser.mjs';
import { answer, come, hold, openCard, passOn } from './support/family.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

test('who pressed yes before the first question has it in their answer, and who was asked early by the leader has not', async () => {
  const page = await openPage(browser);
  for (const [animal, year] of [['Bee', 'Year 2'], ['Sun', undefined]]) {
    await come(page, session, cards[0], { animal, year });
    const { envelope } = await answer(page, {});
    assert.deepEqual([envelope.assent, envelope.wave], ['screen', 'pre'], animal);
    await passOn(page);
  }
  await openCard(page, session, cards[0]);
  await page.locator('[data-stage][data-shows="who"]').waitFor();
  await page.waitForTimeout(350); // past the guard against double taps
  await page.getByRole('button', { name: /^Bee/ }).click();
  const early = page.getByRole('button', { name: /Leader: ask it now/ });
  await early.waitFor();
  await page.waitForTimeout(350);
  await hold(page, early);
  await page.locator('[data-next]').waitFor();
  const { envelope } = await answer(page, {});
  assert.deepEqual(['assent' in envelope, envelope.wave], [false, 'post_same']);
});
