// Which parts of a sound were really heard: stretches of seconds that end when the sound jumps, stops or ends.
const GAP = 1.5; // seconds between two signs of the same stretch; a longer step is a jump

export function heard() {
  let from = null;
  let last = 0;
  const ended = [];
  const close = () => {
    if (from !== null && last - from >= 0.3) ended.push([Math.floor(from), Math.ceil(last)]);
    from = null;
  };
  return {
    plays(second) {
      if (from !== null && Math.abs(second - last) > GAP) close();
      if (from === null) from = second;
      last = second;
    },
    stops: close,
    // What has been heard since it was asked last; what still plays is cut in two here.
    take() {
      const goesOn = from !== null;
      const place = last;
      close();
      if (goesOn) from = last = place;
      return ended.splice(0);
    },
  };
}
