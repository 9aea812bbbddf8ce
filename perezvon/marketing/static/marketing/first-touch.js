// Put on the company's site beside a form: remembers the tags, page and referrer of the very first visit
// and adds them, with those of this visit, to every form marked with data-perezvon.
(() => {
  const KEY = "perezvon-first-touch";
  const TAGS = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"];
  const IDS = ["gclid", "yclid", "ymclid", "gbraid", "wbraid", "fbclid", "vkclid", "openstat", "ef_id"];
  const query = new URLSearchParams(location.search);
  const visit = { landing_page: location.href.slice(0, 1000), referrer: document.referrer.slice(0, 1000) };
  for (const name of [...TAGS, ...IDS]) if (query.get(name)) visit[name] = query.get(name);

  function kept(store, fresh) {
    try {
      const known = JSON.parse(store.getItem(KEY));
      if (known) return known;
      store.setItem(KEY, JSON.stringify(fresh));
    } catch {
      // storage is closed: this visit is all we know
    }
    return fresh;
  }

  const first = kept(localStorage, { ...visit, at: new Date().toISOString() });
  const now = kept(sessionStorage, visit);

  function put(form, name, value) {
    if (!value || form.elements[name]) return;
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(input);
  }

  document.addEventListener("submit", ({ target: form }) => {
    if (!form.matches("form[data-perezvon]")) return;
    for (const [name, value] of Object.entries(now)) put(form, name, value);
    for (const [name, value] of Object.entries(first)) put(form, `first_${name}`, value);
  }, true);
})();
