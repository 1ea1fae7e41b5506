/* gpu_pooling.cl: maximum and mean over windows, and their adjoints, for devices with many work-items
 * Math     as pooling.cl: the first maximum of a window in row-major order counts, NaN is largest; the mean divides by the window's
 *          area in the padded input                                                             (oracle: PoolGeometry, Primitives)
 * Shapes   x (planes, H, W), y (planes, OH, OW), planes = N C
 *
 *            input row r          the windows that hold r begin where  p sy - py <= r < p sy - py + KH
 *
 * Work     forward and select: one item per output; gradients: one item per input, which gathers from the windows that hold it in
 *          row-major order, so there are no atomics and the order is that of the definition
 * Launch   global = outputs or inputs, rounded up to the local size; local = 256 or the device's maximum
 * Numerics mean: each term divided by the area before the sum, as the definition
 * Bounds   every window holds at least one input element (PoolGeometry guarantees it); fewer than 2^31 elements
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

typedef struct {
  int H, W, OH, OW, KH, KW, sy, sx, py, px;
} Geometry;

typedef struct {
  int plane, row, column;
} Place;

static Place place(size_t i, int rows, int columns) {
  const int line = (int)i / columns, plane = line / rows;
  Place at = {plane, line - plane * rows, (int)i - line * columns};
  return at;
}

/* the index in its plane of the first maximum of window (p, q) */
static int maximum(__global const REAL *restrict plane, const Geometry *g, int p, int q) {
  const int top = max(p * g->sy - g->py, 0), bottom = min(p * g->sy - g->py + g->KH, g->H);
  const int left = max(q * g->sx - g->px, 0), right = min(q * g->sx - g->px + g->KW, g->W);
  int first = top * g->W + left;
  REAL best = plane[first];
  for (int r = top; r < bottom; r++)
    for (int c = left; c < right; c++) {
      const REAL v = plane[r * g->W + c];
      if (v > best || (isnan(v) && !isnan(best))) {
        best = v;
        first = r * g->W + c;
      }
    }
  return first;
}

/* y = values at the maxima of x; values = x is max pooling itself */
__kernel void max_select(__global const REAL *restrict x, __global const REAL *restrict values, __global REAL *restrict y,
                         int n, Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const Place at = place(i, g.OH, g.OW);
  const size_t from = (size_t)at.plane * g.H * g.W;
  y[i] = values[from + maximum(x + from, &g, at.row, at.column)];
}

/* the first window that holds coordinate r */
static int first_window(int r, int pad, int extent, int stride) {
  const int beyond = r + pad - extent;
  return beyond < 0 ? 0 : beyond / stride + 1;
}

__kernel void max_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict gx, int n,
                           Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const Place at = place(i, g.H, g.W);
  __global const REAL *restrict plane = x + (size_t)at.plane * g.H * g.W;
  __global const REAL *restrict cotangent = gy + (size_t)at.plane * g.OH * g.OW;
  const int own = at.row * g.W + at.column;
  const int below = min((at.row + g.py) / g.sy, g.OH - 1), after = min((at.column + g.px) / g.sx, g.OW - 1);
  REAL total = 0;
  for (int p = first_window(at.row, g.py, g.KH, g.sy); p <= below; p++)
    for (int q = first_window(at.column, g.px, g.KW, g.sx); q <= after; q++)
      if (maximum(plane, &g, p, q) == own) total += cotangent[p * g.OW + q];
  gx[i] = total;
}

static REAL area(const Geometry *g, int p, int q) {
  const int top = p * g->sy - g->py, left = q * g->sx - g->px;
  return (REAL)((min(top + g->KH, g->H + g->py) - top) * (min(left + g->KW, g->W + g->px) - left));
}

__kernel void average_pool(__global const REAL *restrict x, __global REAL *restrict y, int n, Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const Place at = place(i, g.OH, g.OW);
  __global const REAL *restrict plane = x + (size_t)at.plane * g.H * g.W;
  const int top = at.row * g.sy - g.py, left = at.column * g.sx - g.px;
  const REAL divisor = area(&g, at.row, at.column);
  REAL total = 0;
  for (int r = max(top, 0); r < min(top + g.KH, g.H); r++)
    for (int c = max(left, 0); c < min(left + g.KW, g.W); c++) total += plane[r * g.W + c] / divisor;
  y[i] = total;
}

__kernel void average_gradient(__global const REAL *restrict gy, __global REAL *restrict gx, int n, Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const Place at = place(i, g.H, g.W);
  __global const REAL *restrict cotangent = gy + (size_t)at.plane * g.OH * g.OW;
  const int below = min((at.row + g.py) / g.sy, g.OH - 1), after = min((at.column + g.px) / g.sx, g.OW - 1);
  REAL total = 0;
  for (int p = first_window(at.row, g.py, g.KH, g.sy); p <= below; p++)
    for (int q = first_window(at.column, g.px, g.KW, g.sx); q <= after; q++) total += cotangent[p * g.OW + q] / area(&g, p, q);
  gx[i] = total;
}
