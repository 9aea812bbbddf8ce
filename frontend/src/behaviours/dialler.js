// The one form of all call buttons (<button form="dial" name="person" value="7">): sends without leaving the page. Where the
// telephone is in the browser, its window is opened first: it has to ring there.
import { post } from "../page.js";
import { openPhone } from "../phone/opening.js";
import { reason } from "./dialog.js";
import { toast } from "./toast.js";

export default function dialler(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, value } = event.submitter ?? {};
    if (!name) return;
    await openPhone();
    event.submitter.disabled = true;
    try {
      const answer = await post(form.action, { [name]: value }, { Accept: "text/plain" });
      toast(await reason(answer), answer.ok ? "info" : "error");
    } finally {
      event.submitter.disabled = false;
    }
  });
}
