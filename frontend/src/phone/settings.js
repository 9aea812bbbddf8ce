// The dialog of microphone and speakers.
import { node } from "../page.js";
import { meter } from "./devices.js";
import { say } from "./words.js";

export class DeviceDialog {
  constructor(dialog, phone) {
    this.dialog = dialog;
    this.phone = phone;
    dialog.addEventListener("close", () => this.stop());
    dialog.addEventListener("change", ({ target }) => this.chose(target));
    dialog.querySelector("[data-bell-try]").addEventListener("click", () => this.ring());
  }

  async open() {
    this.dialog.showModal();
    await this.listen(); // names of devices are told only once the microphone was given
    await this.fill();
  }

  async listen() {
    this.stop();
    try {
      this.stream = await this.phone.microphone();
    } catch {
      return; // the window says why
    }
    const shown = this.dialog.querySelector("[data-meter]");
    this.quiet = meter(this.stream, (level) => (shown.value = level));
  }

  async fill() {
    const known = await this.phone.devices.list();
    for (const select of this.dialog.querySelectorAll("[data-device]")) {
      const { device } = select.dataset;
      const options = known[device].map(({ id, label }, index) => new Option(label || `${index + 1}`, id));
      select.replaceChildren(new Option(say("usual"), ""), ...options);
      select.value = this.phone.devices.chosen[device];
      if (select.selectedIndex < 0) select.value = "";
    }
  }

  async chose({ dataset, value }) {
    if (!dataset.device) return;
    this.phone.devices.choose(dataset.device, value);
    if (dataset.device === "microphone") {
      await this.listen();
      await this.phone.line.newMicrophone(() => this.phone.microphone());
    }
    if (dataset.device === "speaker") this.phone.line.through(value);
    if (dataset.device === "bell") this.phone.sounds.through(value);
  }

  async ring() {
    await this.phone.sounds.allow();
    this.phone.sounds.play("ring");
    setTimeout(() => this.phone.sounds.play(this.phone.calls.sound), 1500);
  }

  stop() {
    this.quiet?.();
    this.quiet = null;
    this.stream?.getTracks().forEach((track) => track.stop());
  }
}

export function asks(place) {
  const shown = new Map();
  return {
    ask(name, label, act) {
      if (shown.has(name)) return;
      const button = node("button", { type: "button", class: "btn btn-sm btn-primary" }, label);
      const line = node("div", { class: "alert alert-info phone-ask", "data-ask": name }, node("span", {}, say(name)), button);
      button.addEventListener("click", () => {
        this.answered(name);
        act();
      });
      shown.set(name, line);
      place.append(line);
    },
    answered(name) {
      shown.get(name)?.remove();
      shown.delete(name);
    },
  };
}
