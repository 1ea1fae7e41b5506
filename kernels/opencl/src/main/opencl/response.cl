/* response.cl: local response normalisation across channels, and its gradient
 * Math     b_c = k + alpha sum_{|d - c| <= radius} x_d^2, y_c = x_c b_c^-beta
 *          gx_c = gy_c b_c^-beta - 2 alpha beta x_c sum_{|d - c| <= radius} gy_d y_d / b_d   (oracle: LocalResponseNormalization)
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; base is scratch of the same shape
 * Work     one work-item per element, its window summed anew in ascending d
 * Launch   global (S rounded up, N C), local (64, 1) or less
 * Numerics b^-beta = exp(-beta log b)
 * Bounds   b > 0; radius >= 0; windows clipped to the channels
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

static REAL base_at(__global const REAL *restrict column, int c, int C, int S, int radius, REAL alpha, REAL k) {
  const int from = max(0, c - radius), to = min(C - 1, c + radius);
  REAL total = 0;
  for (int d = from; d <= to; d++) total += column[(size_t)d * S] * column[(size_t)d * S];
  return alpha * total + k;
}

__kernel void response_base(__global const REAL *restrict x, __global REAL *restrict base, int rows, int C, int S, int radius,
                            REAL alpha, REAL k) {
  const size_t s = get_global_id(0), row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C);
  base[row * S + s] = base_at(x + (row - c) * S + s, c, C, S, radius, alpha, k);
}

__kernel void response(__global const REAL *restrict x, __global REAL *restrict y, int rows, int C, int S, int radius, REAL alpha,
                       REAL beta, REAL k) {
  const size_t s = get_global_id(0), row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C);
  const REAL b = base_at(x + (row - c) * S + s, c, C, S, radius, alpha, k);
  y[row * S + s] = x[row * S + s] * exp(-beta * log(b));
}

__kernel void response_gradient(__global const REAL *restrict x, __global const REAL *restrict base, __global const REAL *restrict y,
                                __global const REAL *restrict gy, __global REAL *restrict gx, int rows, int C, int S, int radius,
                                REAL alpha, REAL beta) {
  const size_t s = get_global_id(0), row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C), from = max(0, c - radius), to = min(C - 1, c + radius);
  const size_t first = (row - c) * S + s, at = row * S + s;
  REAL total = 0;
  for (int d = from; d <= to; d++) {
    const size_t i = first + (size_t)d * S;
    total += gy[i] * y[i] / base[i];
  }
  gx[at] = gy[at] * exp(-beta * log(base[at])) - 2 * alpha * beta * total * x[at];
}
