// The screen of a caller, drawn by the server. It may be asked for before the exchange's events are understood (204).

const AGAIN = [120, 180, 250, 400, 700, 1200, 2000];

export async function fetchCard(address, key, { ask = fetch, wait = (ms) => new Promise((done) => setTimeout(done, ms)) } = {}) {
  for (const pause of [...AGAIN, 0]) {
    const answer = await ask(`${address}?call=${encodeURIComponent(key)}`, { headers: { "HX-Request": "true" } });
    if (answer.status === 200 && !answer.redirected) return answer.text();
    if (answer.status !== 204 || !pause) return "";
    await wait(pause);
  }
  return "";
}
