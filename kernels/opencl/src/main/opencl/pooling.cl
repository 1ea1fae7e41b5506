/* pooling.cl: maximum and mean over windows, and their adjoints
 * Math     max_pool y = max of the window clipped to the input; the first maximum in row-major order counts, NaN is largest
 *          average_pool y = sum / area of the window clipped to the padded input                (oracle: PoolGeometry, Primitives)
 * Shapes   x (planes, H, W), y (planes, OH, OW), planes = N C
 * Work     forward and select: one work-item per row of output pixels; gradients: one work-item owns a plane of gx, walks its windows in
 *          row-major order and adds, so overlapping windows need no atomics and the order is fixed
 * Launch   forward global (OH, planes), gradients global = planes; local 1 on a CPU
 * Numerics mean: each term divided by the area before the sum, as the definition
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

/* at[l] = index in its plane of the first maximum of window (p, q + l); windows beyond the last repeat it. A column outside the input is
 * read at the edge, which is in the window too, so neither the maximum nor its first index changes. */
static void maxima(__global const REAL *restrict plane, const Geometry g, int p, int q, int at[LANES]) {
  const int top = max(p * g.sy - g.py, 0), bottom = min(p * g.sy - g.py + g.KH, g.H);
  int column[LANES];
  REAL lane[LANES];
  JOIN(INT_, REAL) index[LANES];
  V best = (V)(-INFINITY);
  I first = (I)(-1);
  for (int r = top; r < bottom; r++)
    for (int c = 0; c < g.KW; c++) {
      for (int l = 0; l < LANES; l++) {
        column[l] = clamp(min(q + l, g.OW - 1) * g.sx - g.px + c, 0, g.W - 1);
        index[l] = r * g.W + column[l];
      }
      for (int l = 0; l < LANES; l++) lane[l] = plane[r * g.W + column[l]];
      const V v = LOAD(lane);
      const I better = (v > best) | ((v != v) & (best == best)) | (first < 0);
      best = select(best, v, better);
      first = select(first, LOAD(index), better);
    }
  STORE(first, index);
  for (int l = 0; l < LANES; l++) at[l] = (int)index[l];
}

/* y = values at the maxima of x; values = x is max pooling itself */
__kernel void max_select(__global const REAL *restrict x, __global const REAL *restrict values, __global REAL *restrict y,
                         int planes, Geometry g) {
  const size_t p = get_global_id(0), plane = get_global_id(1);
  if (p >= (size_t)g.OH || plane >= (size_t)planes) return;
  const size_t from = plane * g.H * g.W;
  __global REAL *restrict to = y + (plane * g.OH + p) * g.OW;
  int at[LANES];
  for (int q = 0; q < g.OW; q += LANES) {
    maxima(x + from, g, (int)p, q, at);
    for (int l = 0; l < min(LANES, g.OW - q); l++) to[q + l] = values[from + at[l]];
  }
}

__kernel void max_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict gx,
                           int planes, Geometry g) {
  const size_t plane = get_global_id(0);
  if (plane >= (size_t)planes) return;
  const size_t from = plane * g.H * g.W;
  __global const REAL *restrict cotangent = gy + plane * g.OH * g.OW;
  for (int i = 0; i < g.H * g.W; i++) gx[from + i] = 0;
  int at[LANES];
  for (int p = 0; p < g.OH; p++)
    for (int q = 0; q < g.OW; q += LANES) {
      maxima(x + from, g, p, q, at);
      for (int l = 0; l < min(LANES, g.OW - q); l++) gx[from + at[l]] += cotangent[p * g.OW + q + l];
    }
}

__kernel void average_pool(__global const REAL *restrict x, __global REAL *restrict y, int planes, Geometry g) {
  const size_t p = get_global_id(0), plane = get_global_id(1);
  if (p >= (size_t)g.OH || plane >= (size_t)planes) return;
  const int top = (int)p * g.sy - g.py, bottom = min(top + g.KH, g.H + g.py);
  __global const REAL *restrict from = x + plane * g.H * g.W;
  __global REAL *restrict to = y + (plane * g.OH + p) * g.OW;
  for (int q = 0; q < g.OW; q++) {
    const int left = q * g.sx - g.px, right = min(left + g.KW, g.W + g.px);
    const REAL divisor = (REAL)((bottom - top) * (right - left));
    REAL total = 0;
    for (int r = max(top, 0); r < min(bottom, g.H); r++)
      for (int c = max(left, 0); c < min(right, g.W); c++) total += from[r * g.W + c] / divisor;
    to[q] = total;
  }
}

__kernel void average_gradient(__global const REAL *restrict gy, __global REAL *restrict gx, int planes, Geometry g) {
  const size_t plane = get_global_id(0);
  if (plane >= (size_t)planes) return;
  __global REAL *restrict to = gx + plane * g.H * g.W;
  __global const REAL *restrict cotangent = gy + plane * g.OH * g.OW;
  for (int i = 0; i < g.H * g.W; i++) to[i] = 0;
  for (int p = 0; p < g.OH; p++)
    for (int q = 0; q < g.OW; q++) {
      const int top = p * g.sy - g.py, left = q * g.sx - g.px;
      const int bottom = min(top + g.KH, g.H + g.py), right = min(left + g.KW, g.W + g.px);
      const REAL share = cotangent[p * g.OW + q] / (REAL)((bottom - top) * (right - left));
      for (int r = max(top, 0); r < min(bottom, g.H); r++)
        for (int c = max(left, 0); c < min(right, g.W); c++) to[r * g.W + c] += share;
    }
}
