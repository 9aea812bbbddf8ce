// The telephone's own sounds, made of tones so that nothing has to be loaded: [frequencies], seconds on, seconds off.
const RING = { tones: [660, 880], on: 1.1, off: 2.4, wobble: 16, loud: 0.28 };
const KNOCK = { tones: [440], on: 0.12, off: 3, wobble: 0, loud: 0.08 };
const BACK = { tones: [425], on: 1, off: 4, wobble: 0, loud: 0.08 }; // ringing at the other side, as Russian exchanges sound
const SOUNDS = { ring: RING, knock: KNOCK, back: BACK };
const KEYS = "123456789*0#";
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];

export class Sounds {
  constructor() {
    this.now = "";
    this.device = "";
  }

  // Browsers are silent until the person has touched the page.
  get context() {
    return (this.made ??= new AudioContext());
  }

  get isBlocked() {
    return this.context.state !== "running";
  }

  async allow() {
    await this.context.resume().catch(() => {});
    return !this.isBlocked;
  }

  async through(device) {
    this.device = device;
    await this.context.setSinkId?.(device).catch(() => {});
  }

  // What is heard from now on: "ring", "knock", "back" or "".
  play(name) {
    if (name === this.now) return;
    this.now = name;
    clearTimeout(this.next);
    this.voice?.gain.cancelScheduledValues(0);
    this.voice?.disconnect();
    if (name) this.round(SOUNDS[name]);
  }

  round(sound) {
    this.beep(sound.tones, sound.on, sound.loud, sound.wobble);
    this.next = setTimeout(() => this.round(sound), (sound.on + sound.off) * 1000);
  }

  key(digit) {
    const place = KEYS.indexOf(digit);
    if (place >= 0) this.beep([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.12, 0.06);
  }

  beep(tones, seconds, loud, wobble = 0) {
    if (this.isBlocked) return;
    const { context } = this;
    const at = context.currentTime;
    const voice = (this.voice = context.createGain());
    voice.gain.setValueAtTime(0, at);
    voice.gain.linearRampToValueAtTime(loud, at + 0.02);
    voice.gain.setValueAtTime(loud, at + seconds - 0.03);
    voice.gain.linearRampToValueAtTime(0, at + seconds);
    voice.connect(context.destination);
    for (const [index, tone] of tones.entries()) {
      const source = context.createOscillator();
      source.frequency.value = tone;
      if (wobble && index) source.frequency.setValueCurveAtTime(warble(tone, wobble * seconds), at, seconds);
      source.connect(voice);
      source.start(at);
      source.stop(at + seconds);
    }
  }
}

// A bell is two tones in turn.
function warble(tone, turns) {
  return Float32Array.from({ length: Math.max(2, Math.round(turns) * 2) }, (_, index) => (index % 2 ? tone * 1.15 : tone));
}
