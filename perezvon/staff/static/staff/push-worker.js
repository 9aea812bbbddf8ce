// Shows what the product pushes, also while none of its pages is open; a click opens the page it is about.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch {
    // A push without text still has to show something: browsers demand it.
  }
  const options = { body: told.text ?? "", tag: told.tag, renotify: Boolean(told.tag), requireInteraction: Boolean(told.urgent), data: { url: told.url ?? "/notices/" } };
  event.waitUntil(self.registration.showNotification(told.title || "Perezvon", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url ?? "/notices/", self.location.origin);
  if (target.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
      const page = pages.find((each) => each.visibilityState === "visible") ?? pages[0];
      // A page with a call on it must stay: only a page that shows notices may be taken over.
      if (page && new URL(page.url).pathname.startsWith("/notices/")) return page.navigate(target.href).then((shown) => shown?.focus());
      return self.clients.openWindow(target.href);
    }),
  );
});
