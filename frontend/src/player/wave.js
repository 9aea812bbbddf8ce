// Draws the loudness of a talk: the client upwards, the employee downwards; one channel both ways.
const WIDTH = 3; // CSS pixels of one bar with the space after it

// The loudest of the pieces that fall on each of `count` bars.
export function bars(pieces, count) {
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * pieces.length) / count);
    const end = Math.max(start + 1, Math.floor(((index + 1) * pieces.length) / count));
    return Math.max(0, ...pieces.slice(start, end));
  });
}

export function draw(canvas, peaks, share) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !peaks.length) return;
  const density = window.devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  const style = getComputedStyle(canvas);
  const colours = ["--player-client", "--player-employee"].map((name) => style.getPropertyValue(name));
  const count = Math.max(1, Math.floor(width / WIDTH));
  const middle = height / 2;
  const sides = peaks.length > 1 ? peaks : [peaks[0], peaks[0]];
  sides.slice(0, 2).forEach((pieces, side) => {
    pen.fillStyle = peaks.length > 1 ? colours[side] : colours[0];
    bars(pieces, count).forEach((loud, index) => {
      const tall = Math.max(1, (loud / 100) * (middle - 2));
      pen.globalAlpha = (index + 0.5) / count <= share ? 1 : 0.38;
      pen.fillRect(index * WIDTH, side ? middle + 0.5 : middle - tall - 0.5, WIDTH - 1, tall);
    });
  });
}
