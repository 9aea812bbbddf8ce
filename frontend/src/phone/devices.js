// The microphone and the speakers: chosen once, kept in this browser, checked with a level meter.
const KEPT = "telephone-devices";
const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy", AbortError: "busy" };

export class NoMicrophone extends Error {
  constructor(why) {
    super(why);
    this.why = why; // "refused", "missing", "busy", "insecure"
  }
}

export class Devices {
  constructor({ media = navigator.mediaDevices, storage = localStorage, changed = () => {} } = {}) {
    this.media = media;
    this.storage = storage;
    this.changed = changed;
    this.chosen = { microphone: "", speaker: "", bell: "", ...JSON.parse(storage.getItem(KEPT) ?? "{}") };
    media?.addEventListener?.("devicechange", changed);
  }

  choose(what, device) {
    this.chosen = { ...this.chosen, [what]: device };
    this.storage.setItem(KEPT, JSON.stringify(this.chosen));
  }

  // Throws NoMicrophone. A device that was unplugged since gives way to the usual one.
  async microphone() {
    if (!this.media?.getUserMedia) throw new NoMicrophone("insecure");
    const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const wanted = this.chosen.microphone;
    try {
      return await this.media.getUserMedia({ audio: wanted ? { ...sound, deviceId: { exact: wanted } } : sound });
    } catch (error) {
      if (wanted && WHY[error.name] === "missing") {
        this.choose("microphone", "");
        return this.microphone();
      }
      throw new NoMicrophone(WHY[error.name] ?? "busy");
    }
  }

  async list() {
    const all = (await this.media?.enumerateDevices?.()) ?? [];
    const of = (kind) => all.filter((each) => each.kind === kind && each.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
    return { microphone: of("audioinput"), speaker: of("audiooutput"), bell: of("audiooutput") };
  }

  // An element that plays a stream through the chosen speakers.
  play(stream) {
    const audio = new Audio();
    audio.srcObject = stream;
    const { speaker } = this.chosen;
    if (speaker) audio.setSinkId?.(speaker).catch(() => this.choose("speaker", ""));
    audio.play().catch(() => {}); // allowed as soon as the page captures sound
    return audio;
  }
}

// shown(level) with 0..1, some thirty times a second, until the returned function is called.
export function meter(stream, shown) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    shown(loudness(samples));
  }, 33);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

// Root mean square on a scale of decibels: silence (-60 dB) is 0, as loud as it gets is 1.
export function loudness(samples) {
  const power = samples.reduce((sum, each) => sum + each * each, 0) / samples.length;
  return Math.max(0, Math.min(1, 1 + Math.log10(Math.max(power, 1e-12)) / 6));
}
