// A plain network between tablets and a server of a test's own, which can fall silent.
import http from 'node:http';

/**
 * Passes everything on to `target`, an http address, and gives `{ url, swallows, changes, off(), stop() }`.
 *
 * While `swallows(request)` is true, a request is taken and nothing ever comes back of it, also not later.
 * `changes(headers, request)` may change what the server says of its reply. `off` takes it from the network.
 */
export async function front(target) {
  const { hostname, port } = new URL(target);
  const own = { swallows: () => false, changes: () => {} };
  const server = http.createServer((request, reply) => {
    if (own.swallows(request)) return request.resume();
    const { method, url, headers } = request;
    const onward = http.request({ hostname, port, method, path: url, headers }, (answer) => {
      own.changes(answer.headers, request);
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    return request.pipe(onward);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  own.url = `http://127.0.0.1:${server.address().port}`;
  own.off = own.stop = () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  return own;
}
