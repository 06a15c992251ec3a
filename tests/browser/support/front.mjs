// A plain network between tablets and a server of a test's own, which can fall silent, lie, lose and double.
import http from 'node:http';

/** Numbers from 0 to 1 that a seed decides. */
export function chances(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** What befalls one request: 30 % lost replies, 30 % cut requests and some of everything else (as tests/common/chaos.rs). */
export function deal(chance) {
  const at = chance();
  const shares = [[0.3, 'swallow reply'], [0.6, 'cut request'], [0.66, 'cut reply'], [0.72, 'twice'], [0.76, 'portal'], [0.8, 'bad gateway'], [0.81, 'stall']];
  return (shares.find(([below]) => at < below) || [])[1];
}

/**
 * Passes everything on to `target`, an http address, and gives `{ url, swallows, changes, rewrites, befalls, off(), stop() }`.
 *
 * While `swallows(request)` is true, a request is taken and nothing ever comes back of it, also not later.
 * `changes(headers, request)` may change what the server says of its reply, `rewrites(text, request)` the reply itself
 * where it gives something. `befalls(request)` names a fault of `deal`. `off` takes it from the network, `on` brings
 * it back under the same address.
 */
export async function front(target) {
  const { hostname, port } = new URL(target);
  const own = { swallows: () => false, changes: () => {}, rewrites: () => null, befalls: () => undefined };

  const ask = ({ method, url, headers }, body, cutAt) => new Promise((resolve, reject) => {
    const onward = http.request({ hostname, port, method, path: url, headers: { ...headers, connection: 'close', 'accept-encoding': 'identity' } }, async (answer) => {
      const parts = [];
      for await (const part of answer) parts.push(part);
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) });
    });
    onward.on('error', reject);
    if (cutAt === undefined) return onward.end(body);
    return onward.write(body.subarray(0, cutAt), () => onward.destroy(new Error('cut')));
  });

  async function carry(request, reply) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    if (own.swallows(request)) return;
    const fault = own.befalls(request);
    if (fault === 'stall') return;
    if (fault === 'portal') { reply.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'); return; }
    if (fault === 'bad gateway') { reply.writeHead(502).end(); return; }
    if (fault === 'cut request') { await ask(request, body, Math.floor(body.length / 2)).catch(() => {}); reply.destroy(); return; }
    const [answer] = await Promise.all(fault === 'twice' ? [ask(request, body), ask(request, body)] : [ask(request, body)]);
    if (fault === 'swallow reply') { reply.destroy(); return; }
    own.changes(answer.headers, request);
    const text = /javascript/.test(answer.headers['content-type']) && own.rewrites(answer.body.toString(), request);
    const whole = text ? Buffer.from(text) : answer.body;
    delete answer.headers['transfer-encoding'];
    reply.writeHead(answer.status, { ...answer.headers, 'content-length': whole.length });
    if (fault !== 'cut reply') { reply.end(whole); return; }
    reply.write(whole.subarray(0, Math.floor(whole.length / 2)), () => reply.destroy());
  }

  let server, at = 0;
  own.on = async () => {
    server = http.createServer((request, reply) => { carry(request, reply).catch(() => reply.destroy()); });
    await new Promise((resolve) => { server.listen(at, '127.0.0.1', resolve); });
    server.unref(); // one that a failed test leaves on keeps nobody waiting
    at = server.address().port;
  };
  await own.on();
  own.url = `http://127.0.0.1:${at}`;
  own.off = own.stop = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  return own;
}
