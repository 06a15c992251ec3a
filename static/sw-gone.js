// Takes the service worker of any release away: served in its place when it is switched off. The tablet's
// memory stays as it is.
'use strict';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith('pencilmark-')) await caches.delete(name);
  await self.registration.unregister();
})()));
