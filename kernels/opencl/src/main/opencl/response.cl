/* response.cl: local response normalisation across channels, and its gradient
 * Math     b_c = k + alpha sum_{|d - c| <= radius} x_d^2, y_c = x_c b_c^-beta
 *          gx_c = gy_c b_c^-beta - 2 alpha beta x_c sum_{|d - c| <= radius} gy_d y_d / b_d   (oracle: LocalResponseNormalization)
 * Shapes   x, y, gy, gx (N, C, S) with S the product of the axes after the channel; base is scratch of the same shape
 * Work     one work-item per vector of LANES elements along S, its window summed anew in ascending d
 * Launch   global (ceil(S / LANES), N C), local 1 on a CPU
 * Numerics b^-beta = exp(-beta log b)
 * Bounds   b > 0; radius >= 0; windows clipped to the channels
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
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, size_t count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (size_t i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

static void store_part(V v, __global REAL *restrict p, size_t count) {
  if (count >= LANES) {
    STORE(v, p);
    return;
  }
  REAL lane[LANES];
  STORE(v, lane);
  for (size_t i = 0; i < count; i++) p[i] = lane[i];
}

static V base_at(__global const REAL *restrict column, int c, int C, int S, size_t count, int radius, REAL alpha, REAL k) {
  const int from = max(0, c - radius), to = min(C - 1, c + radius);
  V total = (V)(0);
  for (int d = from; d <= to; d++) {
    const V v = load_part(column + (size_t)d * S, count);
    total += v * v;
  }
  return alpha * total + k;
}

__kernel void response_base(__global const REAL *restrict x, __global REAL *restrict base, int rows, int C, int S, int radius,
                            REAL alpha, REAL k) {
  const size_t s = get_global_id(0) * LANES, row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C);
  store_part(base_at(x + (row - c) * S + s, c, C, S, S - s, radius, alpha, k), base + row * S + s, S - s);
}

__kernel void response(__global const REAL *restrict x, __global REAL *restrict y, int rows, int C, int S, int radius, REAL alpha,
                       REAL beta, REAL k) {
  const size_t s = get_global_id(0) * LANES, row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C);
  const V b = base_at(x + (row - c) * S + s, c, C, S, S - s, radius, alpha, k);
  store_part(load_part(x + row * S + s, S - s) * exp(-beta * log(b)), y + row * S + s, S - s);
}

__kernel void response_gradient(__global const REAL *restrict x, __global const REAL *restrict base, __global const REAL *restrict y,
                                __global const REAL *restrict gy, __global REAL *restrict gx, int rows, int C, int S, int radius,
                                REAL alpha, REAL beta) {
  const size_t s = get_global_id(0) * LANES, row = get_global_id(1);
  if (s >= (size_t)S || row >= (size_t)rows) return;
  const int c = (int)(row % C), from = max(0, c - radius), to = min(C - 1, c + radius);
  const size_t first = (row - c) * S + s, at = row * S + s, count = S - s;
  V total = (V)(0);
  for (int d = from; d <= to; d++) {
    const size_t i = first + (size_t)d * S;
    total += load_part(gy + i, count) * load_part(y + i, count) / load_part(base + i, count);
  }
  const V b = load_part(base + at, count);
  const V v = load_part(gy + at, count) * exp(-beta * log(b)) - 2 * alpha * beta * total * load_part(x + at, count);
  store_part(v, gx + at, count);
}
