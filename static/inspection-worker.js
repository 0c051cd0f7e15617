// Opens downloaded pages of inspections while there is no network. It keeps and sends nothing itself: the page does.
'use strict';

const KEPT = 'inspections';
const PATIENCE = 6000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const answer = async (request) => {
  const isPage = request.mode === 'navigate';
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, { ignoreSearch: isPage, ignoreVary: true });
  if (!kept) return fetch(request);
  // The address of an asset carries its content; a page comes fresh where the network answers in time.
  if (!isPage) return kept;
  const late = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('late')), PATIENCE);
  });
  try {
    return await Promise.race([fetch(request), late]);
  } catch {
    return kept;
  }
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const own = new URL(request.url).origin === self.location.origin;
  // What a script of the page asks is about now: it goes to the server or fails.
  if (own && request.method === 'GET' && request.destination) event.respondWith(answer(request));
});
