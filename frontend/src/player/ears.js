// Who is heard of a talk of two channels: both in both ears, only the client (left), only the employee (right).
export function ears(audio) {
  let context;
  let gains;
  const build = () => {
    context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    context.createMediaElementSource(audio).connect(splitter);
    gains = [0, 1].map((channel) => {
      const gain = context.createGain();
      splitter.connect(gain, channel);
      gain.connect(context.destination);
      return gain;
    });
  };
  return {
    // Only from a press of the person's: browsers let no sound begin by itself.
    open() {
      if (!context) build();
      context.resume();
    },
    hear(who) {
      if (!gains) build();
      gains[0].gain.value = who === "employee" ? 0 : 1;
      gains[1].gain.value = who === "client" ? 0 : 1;
    },
    close: () => context?.close(),
  };
}
