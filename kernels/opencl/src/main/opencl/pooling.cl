/* pooling.cl: maximum and mean over windows, and their adjoints
 * Math     max_pool y = max of the window clipped to the input; the first maximum in row-major order counts, NaN is largest
 *          average_pool y = sum / area of the window clipped to the padded input                (oracle: PoolGeometry, Primitives)
 * Shapes   x (planes, H, W), y (planes, OH, OW), planes = N C
 * Work     forward and select: one work-item per output pixel; gradients: one work-item owns a plane of gx, walks its windows in
 *          row-major order and adds, so overlapping windows need no atomics and the order is fixed
 * Launch   forward global = planes OH OW rounded up to the local size; gradients global = planes, local 1 on a CPU
 * Numerics mean: each term divided by the area before the sum, as the definition
 * Bounds   every window holds at least one input element (PoolGeometry guarantees it)
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

typedef struct {
  int H, W, OH, OW, KH, KW, sy, sx, py, px;
} Geometry;

/* index in its plane of the first maximum of window (p, q) */
static int maximum(__global const REAL *restrict plane, Geometry g, int p, int q) {
  const int top = max(p * g.sy - g.py, 0), left = max(q * g.sx - g.px, 0);
  const int bottom = min(p * g.sy - g.py + g.KH, g.H), right = min(q * g.sx - g.px + g.KW, g.W);
  int at = top * g.W + left;
  REAL best = plane[at];
  for (int r = top; r < bottom; r++)
    for (int c = left; c < right; c++) {
      const REAL v = plane[r * g.W + c];
      if (v > best || (isnan(v) && !isnan(best))) {
        best = v;
        at = r * g.W + c;
      }
    }
  return at;
}

/* y = values at the maxima of x; values = x is max pooling itself */
__kernel void max_select(__global const REAL *restrict x, __global const REAL *restrict values, __global REAL *restrict y, int n,
                         Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const int area = g.OH * g.OW, plane = (int)i / area, at = (int)i - plane * area, p = at / g.OW;
  const size_t from = (size_t)plane * g.H * g.W;
  y[i] = values[from + maximum(x + from, g, p, at - p * g.OW)];
}

__kernel void max_gradient(__global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict gx,
                           int planes, Geometry g) {
  const size_t plane = get_global_id(0);
  if (plane >= (size_t)planes) return;
  const size_t from = plane * g.H * g.W;
  __global const REAL *restrict cotangent = gy + plane * g.OH * g.OW;
  for (int i = 0; i < g.H * g.W; i++) gx[from + i] = 0;
  for (int p = 0; p < g.OH; p++)
    for (int q = 0; q < g.OW; q++) gx[from + maximum(x + from, g, p, q)] += cotangent[p * g.OW + q];
}

__kernel void average_pool(__global const REAL *restrict x, __global REAL *restrict y, int n, Geometry g) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const int area = g.OH * g.OW, plane = (int)i / area, at = (int)i - plane * area, p = at / g.OW, q = at - p * g.OW;
  const int top = p * g.sy - g.py, left = q * g.sx - g.px;
  const int bottom = min(top + g.KH, g.H + g.py), right = min(left + g.KW, g.W + g.px);
  const REAL divisor = (REAL)((bottom - top) * (right - left));
  __global const REAL *restrict from = x + (size_t)plane * g.H * g.W;
  REAL total = 0;
  for (int r = max(top, 0); r < min(bottom, g.H); r++)
    for (int c = max(left, 0); c < min(right, g.W); c++) total += from[r * g.W + c] / divisor;
  y[i] = total;
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
