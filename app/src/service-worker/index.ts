// The app's files on this device, all or nothing, so that it opens with no station and no network. It never takes over by itself: a
// new version waits until every window is closed (design §5.14). Nothing about anyone is ever kept here: only files of the app.

import { version } from '$app/env';
import { assets, immutable, prerendered } from '$app/manifest';
import { self } from '$app/service-worker';

const CACHE = `app-${version}`;
const shell = ['./', ...[...immutable, ...assets, ...prerendered].map(({ path }) => path)];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(shell.map((url) => new Request(url, { cache: 'reload' })))),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
  );
});

/** A reserve place asks each day whether every file would be there without the network. */
self.addEventListener('message', (event) => {
  if (event.data !== 'is-whole') return;
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => Promise.all(shell.map((url) => cache.match(url, { ignoreVary: true }))))
      .then((kept) => event.ports[0]?.postMessage(kept.every((one) => one !== undefined))),
  );
});

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== self.location.origin || /^\/(api|fhir|health)/.test(pathname))
    return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(event.request, { ignoreSearch: true, ignoreVary: true }))
      .then((kept) => kept ?? fetch(event.request)),
  );
  if (event.request.mode === 'navigate') event.waitUntil(renewPolicy().catch(() => undefined));
});

/** What the page may ask follows the station's settings, and stands beside it: the very same page is kept anew with what is said now. */
async function renewPolicy(): Promise<void> {
  const cache = await caches.open(CACHE);
  const [kept, now] = [await cache.match('./', { ignoreVary: true }), await fetch('./', { cache: 'no-store' })];
  const isSame = now.ok && now.headers.get('etag') === kept?.headers.get('etag');
  if (isSame) await cache.put('./', now);
}
