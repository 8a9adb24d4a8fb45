/** What of the plane is seen: the middle of the canvas, and pixels for a unit of the plane. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Shapes beside colours, so that neither has to be told alone. */
export const SHAPES = 4;
export const COLOURS = 7;

const VERTEX = `#version 300 es
in vec2 place;
in float kind;
in float mark;
uniform vec2 middle;
uniform vec2 factor;
uniform float size;
uniform vec3 palette[${COLOURS + 1}];
out vec3 colour;
flat out int shape;
flat out float marked;
void main() {
  int number = int(kind);
  colour = palette[number == 0 ? 0 : 1 + (number - 1) % ${COLOURS}];
  shape = number == 0 ? 0 : ((number - 1) / ${COLOURS}) % ${SHAPES};
  marked = mark;
  vec2 seen = (place - middle) * factor;
  gl_Position = vec4(seen.x, -seen.y, 0.0, 1.0);
  gl_PointSize = size * (mark > 0.5 ? 1.8 : 1.0);
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 colour;
flat in int shape;
flat in float marked;
uniform vec3 accent;
uniform float dimmed;
out vec4 result;
void main() {
  vec2 at = gl_PointCoord * 2.0 - 1.0;
  float round = length(at);
  float edge = shape == 0 ? round
    : shape == 1 ? max(abs(at.x), abs(at.y)) * 1.18
    : shape == 2 ? abs(at.x) + abs(at.y)
    : max(at.y * 1.1, abs(at.x) * 1.1 - at.y * 0.6 + 0.3);
  if (edge > 1.0) discard;
  vec3 shown = marked > 0.5 && edge > 0.55 ? accent : colour;
  result = vec4(shown, marked > 0.5 ? 1.0 : mix(0.85, 0.3, dimmed));
}`;

/**
 * Draws the points of the map with WebGL 2: 100,000 of them are one call and stay on the graphics card, so that panning
 * and zooming change two numbers. A 2D canvas takes 30 to 60 ms for as many small shapes.
 *
 * @throws Error where there is no WebGL 2
 */
export function createPainter(canvas: HTMLCanvasElement) {
  const gl = canvas.getContext('webgl2', { antialias: true, premultipliedAlpha: false });
  if (!gl) throw new Error('this machine’s graphics cannot draw the map (no WebGL 2)');
  const program = link(gl);
  gl.useProgram(program);
  const uniform = (name: string) => gl.getUniformLocation(program, name);
  const uniforms = {
    ...{ middle: uniform('middle'), factor: uniform('factor'), size: uniform('size') },
    ...{ palette: uniform('palette'), accent: uniform('accent'), dimmed: uniform('dimmed') },
  };
  const attribute = (name: string, width: number, type: number) => {
    const buffer = gl.createBuffer();
    const place = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, type, false, 0, 0);
    return (values: Float32Array | Uint8Array) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    };
  };
  const setPlaces = attribute('place', 2, gl.FLOAT);
  const setKinds = attribute('kind', 1, gl.UNSIGNED_BYTE);
  const setMarks = attribute('mark', 1, gl.UNSIGNED_BYTE);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
  let size = 0;
  let marked = false;

  return {
    /**
     * @param places row-major [points, 2]
     * @param kinds 0 for none, else from 1: colours first, then shapes
     */
    setPoints(places: Float32Array, kinds: Uint8Array): void {
      size = kinds.length;
      setPlaces(places);
      setKinds(kinds);
      setMarks(new Uint8Array(size));
      marked = false;
    },
    /** Rows that stand out. */
    mark(rows: readonly number[]): void {
      const marks = new Uint8Array(size);
      for (const row of rows) marks[row] = 1;
      marked = rows.length > 0;
      setMarks(marks);
    },
    /** Colours as red, green and blue from 0 to 1: eight of the palette (none first), and the accent. */
    setColours(palette: readonly number[], accent: readonly number[]): void {
      gl.uniform3fv(uniforms.palette, palette);
      gl.uniform3fv(uniforms.accent, accent);
    },
    /** @param ratio device pixels of a pixel */
    draw({ x, y, scale }: Camera, width: number, height: number, ratio: number): void {
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== across || canvas.height !== down)
        Object.assign(canvas, { width: across, height: down });
      gl.viewport(0, 0, across, down);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.uniform2f(uniforms.middle, x, y);
      gl.uniform2f(uniforms.factor, (2 * scale) / Math.max(1, width), (2 * scale) / Math.max(1, height));
      gl.uniform1f(uniforms.size, pointSize(scale, size) * ratio);
      gl.uniform1f(uniforms.dimmed, marked ? 1 : 0);
      gl.drawArrays(gl.POINTS, 0, size);
    },
  };
}

/** Pixels: smaller the more there are, larger the nearer one is. */
export function pointSize(scale: number, count: number): number {
  const crowd = count > 20_000 ? 3 : count > 2000 ? 5 : 8;
  return Math.min(14, crowd * Math.max(1, Math.sqrt(scale / 400)));
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error('the graphics of this machine are gone: open the map again');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS)) return program;
  throw new Error(`the map cannot be drawn: ${gl.getProgramInfoLog(program) ?? 'its shaders do not link'}`);
}
