/* winograd.cl: r x r convolution at stride 1 by Winograd's minimal filtering F(m x m, r x r), images blocked by channels; m = OUT, r = TAPS:
 *          F(4 x 4, 3 x 3), F(2 x 2, 5 x 5), F(2 x 2, 3 x 3)
 * Math     per tile of m x m outputs, from EDGE x EDGE inputs d_c, EDGE = m + r - 1, and kernels g_oc:
 *              y_o = A' ( sum_c (G g_oc G') . (B' d_c B) ) A                            "." is elementwise, ' transposes
 *          A, B, G below, B the same for equal EDGE; the sum over c is EDGE^2 matrix products: 36 multiplications for 16 outputs instead of 144
 *          (3 x 3 by 6 x 6 inputs) or for 4 instead of 100 (5 x 5), 16 for 4 instead of 36 (3 x 3 by 4 x 4).   (oracle: Primitives.conv2d)
 *          or with finish > 0: f(y + b), b[o], f the identity (1) or relu (2)      (oracle: ConvolutionActivation)
 *          input gradient: the same over gy with flipped, transposed kernels and padding r - 1 - pad
 * Shapes   x (N, ins, H, W), y (N, outs, OH, OW), both blocked: see layout.cl; w as stored. Scratch u (EDGE^2, panels, ins, OB), OB = 2 LANES outputs,
 *          panels = ceil(outs / OB), missing outputs zero; of each work-item, for `block` tiles: v (EDGE^2, ceil(ins / LANES), block, LANES),
 *          m (EDGE, 2, block, LANES), a column of points of one panel, and h (2 panels, block, OUT, EDGE, LANES), all columns of A' m
 *
 *            EDGE x EDGE pixels          for each of EDGE^2 points: block x outs products             m x m pixels
 *            +-------------+             LANES of ins          OB of outs                             +-------+
 *            | one tile of | -- B' d B -> +------+          +--------+--------+   -- A' m A ->        |       |  pixels outside
 *            | LANES       |         ROWS | v    | x u  ->  | acc    | acc    | ROWS tiles            |       |  y are left out
 *            | channels    |              +------+          +--------+--------+                       +-------+
 *            +-------------+  pixels outside x are zero
 *
 * Work     transform_weights: one input channel of OB outputs; winograd: every `items`th part of all tiles, `block` of them at a time, so that v, m
 *          and a panel of u stay in the caches of a core
 * Launch   global (ins, panels) and (items), local 1
 * Numerics fma, fixed order, which depends on ins alone. The points 0, +-1/2, +-2, infinity (EDGE = 6) have half the rounding error of the customary
 *          0, +-1, +-2, infinity, and A and B are exact in binary. Bound: WinogradBound. A NaN reaches every output of its tile, from
 *          the tile's first or last line only the outputs that read it.
 * Bounds   any N, ins, outs, H, W >= 1, padding 0 to r - 1, block a multiple of ROWS
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#ifndef OUT
#define OUT 4
#endif
#ifndef TAPS
#define TAPS 3
#endif
#define EDGE (OUT + TAPS - 1)
#define POINTS (EDGE * EDGE)
#define AREA (TAPS * TAPS)
#define OB (2 * LANES)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)
#define K(c) ((V)(c))

#define ROWS 14
#define EACH_ROW(M) M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13)

#if EDGE == 6
static void to_points_input(const V d[EDGE], V r[EDGE]) {
  const V even1 = fma(d[2], K(-4), d[4]), odd1 = fma(d[1], K(-4), d[3]);
  const V even2 = fma(d[2], K(-0.25), d[4]), odd2 = fma(d[1], K(-0.25), d[3]);
  r[0] = fma(d[2], K(-4.25), d[0] + d[4]);
  r[1] = fma(odd1, K(0.5), even1);
  r[2] = fma(odd1, K(-0.5), even1);
  r[3] = fma(odd2, K(2), even2);
  r[4] = fma(odd2, K(-2), even2);
  r[5] = fma(d[3], K(-4.25), d[1] + d[5]);
}
#else
static void to_points_input(const V d[EDGE], V r[EDGE]) {
  r[0] = d[0] - d[2];
  r[1] = d[1] + d[2];
  r[2] = d[2] - d[1];
  r[3] = d[1] - d[3];
}
#endif

#if EDGE == 6 && TAPS == 3
static void to_points_weights(const V g[TAPS], V r[EDGE]) {
  const V even1 = fma(g[2], K(-4.0 / 30), g[0] * K(-16.0 / 30)), odd1 = g[1] * K(-8.0 / 30);
  const V even2 = fma(g[2], K(4.0 / 30), g[0] * K(1.0 / 30)), odd2 = g[1] * K(2.0 / 30);
  r[0] = g[0];
  r[1] = even1 + odd1;
  r[2] = even1 - odd1;
  r[3] = even2 + odd2;
  r[4] = even2 - odd2;
  r[5] = g[2];
}

static void from_points(const V p[EDGE], V y[OUT]) {
  const V sum1 = p[1] + p[2], sum2 = p[3] + p[4], far1 = p[1] - p[2], far2 = p[3] - p[4];
  y[0] = p[0] + sum1 + sum2;
  y[1] = fma(far1, K(0.5), far2 * K(2));
  y[2] = fma(sum1, K(0.25), sum2 * K(4));
  y[3] = fma(far1, K(0.125), fma(far2, K(8), p[5]));
}
#elif EDGE == 6 && TAPS == 5
static void to_points_weights(const V g[TAPS], V r[EDGE]) {
  const V even1 = fma(g[4], K(-1.0 / 30), fma(g[2], K(-4.0 / 30), g[0] * K(-16.0 / 30)));
  const V even2 = fma(g[4], K(16.0 / 30), fma(g[2], K(4.0 / 30), g[0] * K(1.0 / 30)));
  const V odd1 = fma(g[3], K(-2.0 / 30), g[1] * K(-8.0 / 30)), odd2 = fma(g[3], K(8.0 / 30), g[1] * K(2.0 / 30));
  r[0] = g[0];
  r[1] = even1 + odd1;
  r[2] = even1 - odd1;
  r[3] = even2 + odd2;
  r[4] = even2 - odd2;
  r[5] = g[4];
}

static void from_points(const V p[EDGE], V y[OUT]) {
  const V sum1 = p[1] + p[2], sum2 = p[3] + p[4], far1 = p[1] - p[2], far2 = p[3] - p[4];
  y[0] = p[0] + sum1 + sum2;
  y[1] = fma(far1, K(0.5), fma(far2, K(2), p[5]));
}
#else
static void to_points_weights(const V g[TAPS], V r[EDGE]) {
  const V even = (g[0] + g[2]) * K(0.5), odd = g[1] * K(0.5);
  r[0] = g[0];
  r[1] = even + odd;
  r[2] = even - odd;
  r[3] = g[2];
}

static void from_points(const V p[EDGE], V y[OUT]) {
  y[0] = p[0] + p[1] + p[2];
  y[1] = p[1] - p[2] - p[3];
}
#endif

/* r[i][l] becomes r[l][i]: log2(LANES) times, the upper half of the rows is interleaved into the lower half */
static void transpose(V *r) {
  V t[LANES];
  for (int step = 1; step < LANES; step *= 2) {
#pragma unroll
    for (int i = 0; i < LANES / 2; i++) {
      t[2 * i].even = r[i].lo;
      t[2 * i].odd = r[i + LANES / 2].lo;
      t[2 * i + 1].even = r[i].hi;
      t[2 * i + 1].odd = r[i + LANES / 2].hi;
    }
#pragma unroll
    for (int i = 0; i < LANES; i++) r[i] = t[i];
  }
}

/* u[point, panel, in, lane] = (G g G')[point], g = w[o, in], o = panel OB + lane; adjoint: g = w[in, o], both axes turned round. Kernels of LANES
 * outputs are transposed in registers, LANES taps at a time, where so many are in memory */
__kernel void transform_weights(__global const REAL *restrict w, __global REAL *restrict u, int ins, int outs, int adjoint) {
  const size_t in = get_global_id(0), panel = get_global_id(1);
  const int panels = (outs + OB - 1) / OB;
  if (in >= (size_t)ins || panel >= (size_t)panels) return;
  const size_t step = (size_t)panels * ins * OB, size = (size_t)ins * outs * AREA, next = AREA * (adjoint ? 1 : (size_t)ins);
  for (int side = 0; side < OB; side += LANES) {
    REAL taps[AREA * LANES];
    const int o = (int)panel * OB + side;
    const size_t start = AREA * (adjoint ? in * outs + o : (size_t)o * ins + in);
    if (o + LANES <= outs && start + (LANES - 1) * next + max(AREA, LANES) <= size) {
#pragma unroll
      for (int k = 0; k < AREA; k += LANES) {
        const int first = min(k, max(0, AREA - LANES));
        V r[LANES];
#pragma unroll
        for (int lane = 0; lane < LANES; lane++) r[lane] = LOAD(w + start + lane * next + first);
        transpose(r);
#pragma unroll
        for (int l = 0; l < LANES; l++)
          if (first + l < AREA) STORE(r[l], taps + (adjoint ? AREA - 1 - first - l : first + l) * LANES);
      }
    } else {
      for (int lane = 0; lane < LANES; lane++)
        for (int tap = 0; tap < AREA; tap++)
          taps[tap * LANES + lane] = o + lane < outs ? w[start + lane * next + (adjoint ? AREA - 1 - tap : tap)] : (REAL)0;
    }
    V half_way[EDGE][TAPS];
#pragma unroll
    for (int j = 0; j < TAPS; j++) {
      V g[TAPS], r[EDGE];
#pragma unroll
      for (int i = 0; i < TAPS; i++) g[i] = LOAD(taps + (TAPS * i + j) * LANES);
      to_points_weights(g, r);
#pragma unroll
      for (int i = 0; i < EDGE; i++) half_way[i][j] = r[i];
    }
    __global REAL *restrict to = u + (panel * ins + in) * OB + side;
#pragma unroll
    for (int i = 0; i < EDGE; i++) {
      V r[EDGE];
      to_points_weights(half_way[i], r);
#pragma unroll
      for (int j = 0; j < EDGE; j++) STORE(r[j], to + (i * EDGE + j) * step);
    }
  }
}

/* v[point, 0, 0] = (B' d B)[point] of the tile whose first pixel is d; bit i of rows and of columns: that line is inside x */
static void transform_lines(__global const REAL *restrict d, int W, int rows, int columns, __global REAL *restrict v, size_t step) {
  V half_way[EDGE][EDGE];
#pragma unroll
  for (int j = 0; j < EDGE; j++) {
    V line[EDGE], r[EDGE];
    if (columns >> j & 1) {
#pragma unroll
      for (int i = 0; i < EDGE; i++) line[i] = rows >> i & 1 ? LOAD(d + (i * W + j) * LANES) : K(0);
      to_points_input(line, r);
#pragma unroll
      for (int i = 0; i < EDGE; i++) half_way[i][j] = r[i];
    } else {
#pragma unroll
      for (int i = 0; i < EDGE; i++) half_way[i][j] = K(0);
    }
  }
#pragma unroll
  for (int i = 0; i < EDGE; i++) {
    V r[EDGE];
    to_points_input(half_way[i], r);
#pragma unroll
    for (int j = 0; j < EDGE; j++) STORE(r[j], v + (i * EDGE + j) * step);
  }
}

/* transform_lines, without a test per line where all lines are inside */
static void transform_input(__global const REAL *restrict d, int W, int rows, int columns, __global REAL *restrict v, size_t step) {
  const int all = (1 << EDGE) - 1;
  if ((rows & columns) == all) transform_lines(d, W, all, all, v, step);
  else transform_lines(d, W, rows, columns, v, step);
}

/* the first `count` numbers from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

/* finish 0: v; 1: v + b; 2: relu(v + b), which keeps NaN */
static V finished(V v, V b, int finish) {
  if (finish == 0) return v;
  v += b;
  return finish == 1 ? v : select((V)(0), v, (v > (V)(0)) | (v != v));
}

/* h[i, 0] = (A' m)[i] of a column of points */
static void transform_column(__global const REAL *restrict m, size_t step, __global REAL *restrict h) {
  V line[EDGE], r[OUT];
#pragma unroll
  for (int i = 0; i < EDGE; i++) line[i] = LOAD(m + i * step);
  from_points(line, r);
#pragma unroll
  for (int i = 0; i < OUT; i++) STORE(r[i], h + i * EDGE * LANES);
}

/* the rows x columns first pixels of h A to y, finished */
static void transform_output(__global const REAL *restrict h, __global REAL *restrict y, int OW, int rows, int columns, V shift, int finish) {
#pragma unroll
  for (int i = 0; i < OUT; i++) {
    if (i >= rows) return;
    V line[EDGE], r[OUT];
#pragma unroll
    for (int j = 0; j < EDGE; j++) line[j] = LOAD(h + (i * EDGE + j) * LANES);
    from_points(line, r);
#pragma unroll
    for (int j = 0; j < OUT; j++)
      if (j < columns) STORE(finished(r[j], shift, finish), y + (i * OW + j) * LANES);
  }
}

/* bit i: line first + i is one of `extent` */
static int inside(int first, int extent) {
  int bits = 0;
#pragma unroll
  for (int i = 0; i < EDGE; i++) bits |= (first + i >= 0 && first + i < extent) << i;
  return bits;
}

#define CLEAR(i) V c##i##_0 = (V)(0), c##i##_1 = (V)(0);
#define ACCUMULATE(i)                 \
  {                                   \
    const V a = (V)(v[i * LANES]);    \
    c##i##_0 = fma(a, b0, c##i##_0);  \
    c##i##_1 = fma(a, b1, c##i##_1);  \
  }
#define PUT(i)                      \
  STORE(c##i##_0, m + i * LANES);   \
  STORE(c##i##_1, m + i * LANES + wide);

/* m[0, row], m[1, row] = sum over c of v[c / LANES, row, c % LANES] u[c], ROWS rows */
static void product(__global const REAL *restrict from, __global const REAL *restrict u, __global REAL *restrict m, int ins, size_t wide) {
  EACH_ROW(CLEAR)
  for (int c0 = 0; c0 < ins; c0 += LANES, from += wide) {
    __global const REAL *restrict v = from;
    __global const REAL *end = v + min(LANES, ins - c0);
    for (; v < end; v++, u += OB) {
      const V b0 = LOAD(u), b1 = LOAD(u + LANES);
      EACH_ROW(ACCUMULATE)
    }
  }
  EACH_ROW(PUT)
}

__kernel void winograd(__global const REAL *restrict x, __global const REAL *restrict u, __global REAL *restrict y,
                       __global REAL *restrict scratch, __global const REAL *restrict bias, int N, int ins, int outs, int H, int W,
                       int OH, int OW, int padY, int padX, int block, int items, int finish) {
  const int item = (int)get_global_id(0);
  if (item >= items) return;
  const int down = (OH + OUT - 1) / OUT, across = (OW + OUT - 1) / OUT, tiles = N * down * across;
  const int inBlocks = (ins + LANES - 1) / LANES, outBlocks = (outs + LANES - 1) / LANES, panels = (outs + OB - 1) / OB;
  const int part = (tiles + items - 1) / items, end = min(tiles, (item + 1) * part);
  const size_t wide = (size_t)block * LANES, stepV = inBlocks * wide, stepM = 2 * wide, tileH = OUT * EDGE * LANES;
  __global REAL *restrict v = scratch + item * (POINTS * stepV + EDGE * stepM + 2 * panels * block * tileH);
  __global REAL *restrict m = v + POINTS * stepV;
  __global REAL *restrict h = m + EDGE * stepM;
  for (int first = item * part; first < end; first += block) {
    const int count = min(block, end - first);
    for (int b = 0; b < inBlocks; b++)
      for (int t = 0; t < count; t++) {
        const int tile = first + t, line = tile / across, n = line / down;
        const int top = (line - n * down) * OUT - padY, left = (tile - line * across) * OUT - padX;
        transform_input(x + (((long)n * inBlocks + b) * H + top) * W * LANES + left * LANES, W, inside(top, H), inside(left, W),
                        v + b * wide + t * LANES, stepV);
      }
    for (int j = 0; j < EDGE; j++)
      for (int panel = 0; panel < panels; panel++) {
        for (int i = 0; i < EDGE; i++) {
          const int point = i * EDGE + j;
          for (int t = 0; t < count; t += ROWS)
            product(v + point * stepV + t * LANES, u + ((size_t)point * panels + panel) * ins * OB, m + i * stepM + t * LANES, ins, wide);
        }
        for (int side = 0; side < 2; side++)
          for (int t = 0; t < count; t++)
            transform_column(m + side * wide + t * LANES, stepM, h + ((2 * panel + side) * block + t) * tileH + j * LANES);
      }
    for (int b = 0; b < outBlocks; b++) {
      const V shift = finish ? load_part(bias + b * LANES, outs - b * LANES) : (V)(0);
      for (int t = 0; t < count; t++) {
        const int tile = first + t, line = tile / across, n = line / down;
        const int top = (line - n * down) * OUT, left = (tile - line * across) * OUT;
        transform_output(h + (b * block + t) * tileH, y + (((long)n * outBlocks + b) * OH + top) * OW * LANES + left * LANES, OW,
                         OH - top, OW - left, shift, finish);
      }
    }
  }
}
