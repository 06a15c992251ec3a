// The harness itself: its checks find what they look for, under the strictest policy a page can have.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { assertAccessible, assertKeptToItself, launch, openPage } from './support/browser.mjs';
import { assertNoAddressTells, assertNothingSaid } from './support/canaries.mjs';

const PAGES = {
  '/good': '<!doctype html><html lang="en"><title>Good</title><main><h1>Good</h1><p>Fine.</p></main>',
  '/bad': '<!doctype html><html><main><h1>Bad</h1><img src="/good"></main>',
  '/foreign': '<!doctype html><html lang="en"><title>Foreign</title><main><h1>Foreign</h1></main><img alt="" src="http://192.0.2.1/x.png">',
  '/form': '<!doctype html><html lang="en"><title>Form</title><form method="post" action="/good"><input name="code" value="PEN-C4T"><input name="password" value="gull tractor sock"><button>Send</button></form>',
  '/inline': '<!doctype html><html lang="en"><title>Inline</title><main><h1>Inline</h1></main><script>document.title = 1</script>',
};

let browser, server, url;

before(async () => {
  server = http.createServer((request, response) => {
    const policy = request.url === '/foreign' ? 'img-src *' : "default-src 'none'";
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
    response.end(PAGES[request.url] ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.close();
});

test('axe runs under a policy that allows no script, and passes a good page', async () => {
  const page = await openPage(browser);
  await page.goto(`${url}/good`);
  await assertAccessible(page, 'good');
  assertKeptToItself(page);
});

test('axe fails a page without a language and with an unnamed picture', async () => {
  const page = await openPage(browser);
  await page.goto(`${url}/bad`);
  await assert.rejects(assertAccessible(page, 'bad'), /html-has-lang[\s\S]*image-alt|image-alt[\s\S]*html-has-lang/);
});

test('a request to another origin is noticed', async () => {
  const page = await openPage(browser);
  await page.goto(`${url}/foreign`, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.images.length === 1);
  assert.throws(() => assertKeptToItself(page), /192\.0\.2\.1/);
  await page.context().close();
});

test('a script that the policy refuses is noticed', async () => {
  const page = await openPage(browser);
  await page.goto(`${url}/inline`);
  assert.throws(() => assertKeptToItself(page), /Content Security Policy/);
});

test('what was sent in confidence is found in what a server wrote and in an address, however it is spelt', async () => {
  const page = await openPage(browser);
  await page.goto(`${url}/form`);
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: 'Good' }).waitFor();
  assertNothingSaid('it asked for /form and was given the good page');
  assert.throws(() => assertNothingSaid('a card PENC4T came'), /code: …a card PENC4T came…/);
  assert.throws(() => assertNothingSaid('password=gull tractor sock'), /password/);
  await page.goto(`${url}/c/PEN-C4T`);
  assertNoAddressTells(); // the square on a card leads there
  await page.goto(`${url}/good?why=gull+tractor%20sock`);
  assert.throws(() => assertNoAddressTells(), /password in .*good\?why=gull tractor sock/);
});
