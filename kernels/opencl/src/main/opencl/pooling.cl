/* pooling.cl: maximum and mean over windows, and their adjoints, on images blocked by channels
 * Math     max_pool y = max of the window clipped to the input; the first maximum in row-major order counts, NaN is largest
 *          max_select y = values at that maximum
 *          average_pool y = sum / area of the window clipped to the padded input                (oracle: PoolGeometry, Primitives)
 * Shapes   x, values, gx (planes, H, W, LANES), y, gy (planes, OH, OW, LANES); a plane is a block of channels of an image, planes = N B
 *
 *               columns              a lane is a channel, so every step below works on LANES windows at once, and a lane beyond the
 *           +---+---+---+            channels goes its own way: what is in it stays in it
 *      rows | 0 | 1 | 2 |
 *           +---+---+---+            max_gradient walks the windows of a plane in row-major order: it finds the maximum, then walks the
 *           | 3 | 4 | 5 |            window again and adds gy where it first meets it, 0 elsewhere
 *           +---+---+---+
 *
 * Work     forward, average_gradient: one work-item per row of results; max_gradient: one per plane, so that overlapping windows need no
 *          atomics and the order is fixed. A row of gx is set to zeros when the first window reaches it and is cached while others do
 * Launch   global (rows of results, planes), max_gradient (1, planes); local 1 on a CPU
 * Numerics mean: sum, then one division; its gradient: each gy times the rounded reciprocal of the area
 * Bounds   every window holds at least one input element (PoolGeometry guarantees it)
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define INT_float int
#define INT_double long
typedef JOIN(REAL, LANES) V;
typedef JOIN(JOIN(INT_, REAL), LANES) I;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

typedef struct {
  int H, W, OH, OW, KH, KW, sy, sx, py, px;
} Geometry;

/* whether v counts rather than best, which comes before it */
#define BETTER(v, best) (((v) > (best)) | (((v) != (v)) & ((best) == (best))))
/* walks the window of result (p, q) within the input in row-major order; `at` is the element's offset in its plane */
#define OVER_WINDOW(p, q, body)                                                                           \
  for (int r = max((p)*g.sy - g.py, 0); r < min((p)*g.sy - g.py + g.KH, g.H); r++)                        \
    for (int c = max((q)*g.sx - g.px, 0); c < min((q)*g.sx - g.px + g.KW, g.W); c++) {                    \
      const size_t at = ((size_t)r * g.W + c) * LANES;                                                    \
      body                                                                                                \
    }

static size_t first_of(const Geometry g, int p, int q) {
  return ((size_t)max(p * g.sy - g.py, 0) * g.W + max(q * g.sx - g.px, 0)) * LANES;
}

/* The largest of window (p, q) of a plane; the chain from step to step is one maximum, numbers and NaN apart */
static V largest(__global const REAL *restrict plane, const Geometry g, int p, int q) {
  V best = LOAD(plane + first_of(g, p, q)), odd = (V)(0);
  OVER_WINDOW(p, q, {
    const V v = LOAD(plane + at);
    best = v > best ? v : best;
    odd = v != v ? v : odd;
  })
  return odd != odd ? odd : best;
}

__kernel void max_pool(__global const REAL *restrict x, __global REAL *restrict y, int planes, Geometry g) {
  const size_t p = get_global_id(0), plane = get_global_id(1);
  if (p >= (size_t)g.OH || plane >= (size_t)planes) return;
  __global REAL *restrict to = y + (plane * g.OH + p) * g.OW * LANES;
  for (int q = 0; q < g.OW; q++) STORE(largest(x + plane * g.H * g.W * LANES, g, (int)p, q), to + (size_t)q * LANES);
}

__kernel void max_select(__global const REAL *restrict x, __global const REAL *restrict values, __global REAL *restrict y,
                         int planes, Geometry g) {
  const size_t p = get_global_id(0), plane = get_global_id(1);
  if (p >= (size_t)g.OH || plane >= (size_t)planes) return;
  const size_t image = plane * g.H * g.W * LANES;
  __global REAL *restrict to = y + (plane * g.OH + p) * g.OW * LANES;
  for (int q = 0; q < g.OW; q++) {
    V best = LOAD(x + image + first_of(g, (int)p, q)), chosen = LOAD(values + image + first_of(g, (int)p, q));
    OVER_WINDOW((int)p, q, {
      const V v = LOAD(x + image + at);
      const I better = BETTER(v, best);
      best = select(best, v, better);
      chosen = select(chosen, LOAD(values + image + at), better);
    })
    STORE(chosen, to + (size_t)q * LANES);
  }
}

static void clear_rows(__global REAL *restrict gx, int first, int last, const Geometry g) {
  for (size_t i = (size_t)first * g.W; i < (size_t)last * g.W; i++) STORE((V)(0), gx + i * LANES);
}

__kernel void max_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict gx,
                           int planes, Geometry g) {
  const size_t plane = get_global_id(1);
  if (get_global_id(0) > 0 || plane >= (size_t)planes) return;
  __global const REAL *restrict from = x + plane * g.H * g.W * LANES;
  __global const REAL *restrict cotangent = gy + plane * g.OH * g.OW * LANES;
  __global REAL *restrict to = gx + plane * g.H * g.W * LANES;
  int cleared = 0;
  for (int p = 0; p < g.OH; p++) {
    const int bottom = min(p * g.sy - g.py + g.KH, g.H);
    if (bottom > cleared) {
      clear_rows(to, cleared, bottom, g);
      cleared = bottom;
    }
    for (int q = 0; q < g.OW; q++) {
      const V best = largest(from, g, p, q);
      V share = LOAD(cotangent + ((size_t)p * g.OW + q) * LANES);
      OVER_WINDOW(p, q, {
        const V v = LOAD(from + at);
        const I hit = (v == best) | (v != v);
        STORE(LOAD(to + at) + (hit ? share : (V)(0)), to + at);
        share = hit ? (V)(0) : share;
      })
    }
  }
  clear_rows(to, cleared, g.H, g);
}

__kernel void average_pool(__global const REAL *restrict x, __global REAL *restrict y, int planes, Geometry g) {
  const size_t p = get_global_id(0), plane = get_global_id(1);
  if (p >= (size_t)g.OH || plane >= (size_t)planes) return;
  const int top = (int)p * g.sy - g.py, height = min(top + g.KH, g.H + g.py) - top;
  __global const REAL *restrict from = x + plane * g.H * g.W * LANES;
  __global REAL *restrict to = y + (plane * g.OH + p) * g.OW * LANES;
  for (int q = 0; q < g.OW; q++) {
    const int left = q * g.sx - g.px, width = min(left + g.KW, g.W + g.px) - left;
    V sum = (V)(0);
    OVER_WINDOW((int)p, q, { sum += LOAD(from + at); })
    STORE(sum / (REAL)(height * width), to + (size_t)q * LANES);
  }
}

/* windows p = first … last hold coordinate i: p stride - pad <= i < p stride - pad + extent */
static int first_window(int i, int extent, int stride, int pad) {
  return max(0, (i + pad - extent + stride) / stride);
}

static int last_window(int i, int windows, int stride, int pad) {
  return min(windows - 1, (i + pad) / stride);
}

__kernel void average_gradient(__global const REAL *restrict gy, __global REAL *restrict gx, int planes, Geometry g) {
  const size_t row = get_global_id(0), plane = get_global_id(1);
  if (row >= (size_t)g.H || plane >= (size_t)planes) return;
  const int r = (int)row;
  const int top = first_window(r, g.KH, g.sy, g.py), bottom = last_window(r, g.OH, g.sy, g.py);
  __global REAL *restrict to = gx + (plane * g.H + row) * g.W * LANES;
  for (int c = 0; c < g.W; c++) {
    const int left = first_window(c, g.KW, g.sx, g.px), right = last_window(c, g.OW, g.sx, g.px);
    V sum = (V)(0);
    for (int p = top; p <= bottom; p++) {
      const int height = min(g.KH, g.H + 2 * g.py - p * g.sy);
      for (int q = left; q <= right; q++) {
        const int width = min(g.KW, g.W + 2 * g.px - q * g.sx);
        const REAL share = 1 / (REAL)(height * width);
        sum = fma(LOAD(gy + ((plane * g.OH + p) * g.OW + q) * LANES), (V)(share), sum);
      }
    }
    STORE(sum, to + (size_t)c * LANES);
  }
}
