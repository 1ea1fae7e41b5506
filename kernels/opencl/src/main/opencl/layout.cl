/* layout.cl: images between row-major and blocked by channels
 * Math     none: the same elements in another order
 * Shapes   row-major (N, C, area); blocked (N, B, area, LANES), B = ceil(C / LANES), element (n, c, p) at lane c % LANES of block c / LANES.
 *          to_blocked writes zeros into the lanes at and beyond C, to_row_major does not read them.
 *
 *               LANES pixels                 LANES channels
 *             +-------------+              +---------------+
 *          c  | one vector  |   <------>   |               |  p   a square of LANES x LANES elements is turned in registers
 *             +-------------+              +---------------+
 *
 * Work     LANES pixels of LANES channels
 * Launch   global (ceil(area / LANES), N B), local 1 on a CPU
 * Bounds   N, C, area >= 1; LANES a power of 2, 2 to 16
 */
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

/* one round of a transposition: the rows of both halves interleaved */
static void interleave(const V in[LANES], V out[LANES]) {
#pragma unroll
  for (int i = 0; i < LANES / 2; i++) {
    V low, high;
    low.even = in[i].lo;
    low.odd = in[i + LANES / 2].lo;
    high.even = in[i].hi;
    high.odd = in[i + LANES / 2].hi;
    out[2 * i] = low;
    out[2 * i + 1] = high;
  }
}

/* LANES rows of LANES elements, in place: log2(LANES) rounds */
static void transpose(V r[LANES]) {
  V t[LANES];
#pragma unroll
  for (int width = 1; width < LANES; width *= 2) {
    interleave(r, t);
#pragma unroll
    for (int i = 0; i < LANES; i++) r[i] = t[i];
  }
}

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = i < count ? p[i] : (REAL)0;
  return LOAD(lane);
}

static void store_part(V v, __global REAL *restrict p, int count) {
  if (count >= LANES) {
    STORE(v, p);
  } else {
    REAL lane[LANES];
    STORE(v, lane);
    for (int i = 0; i < count; i++) p[i] = lane[i];
  }
}

__kernel void to_blocked(__global const REAL *restrict x, __global REAL *restrict y, int N, int C, int area) {
  const int blocks = (C + LANES - 1) / LANES;
  const size_t p0 = get_global_id(0) * LANES, nb = get_global_id(1);
  if (p0 >= (size_t)area || nb >= (size_t)N * blocks) return;
  const int n = (int)(nb / blocks), c0 = ((int)nb - n * blocks) * LANES, count = min(LANES, area - (int)p0);
  __global const REAL *restrict from = x + ((size_t)n * C + c0) * area + p0;
  __global REAL *restrict to = y + (nb * area + p0) * LANES;
  V r[LANES];
#pragma unroll
  for (int l = 0; l < LANES; l++) r[l] = c0 + l < C ? load_part(from + (size_t)l * area, count) : (V)(0);
  transpose(r);
  for (int p = 0; p < count; p++) STORE(r[p], to + (size_t)p * LANES);
}

__kernel void to_row_major(__global const REAL *restrict x, __global REAL *restrict y, int N, int C, int area) {
  const int blocks = (C + LANES - 1) / LANES;
  const size_t p0 = get_global_id(0) * LANES, nb = get_global_id(1);
  if (p0 >= (size_t)area || nb >= (size_t)N * blocks) return;
  const int n = (int)(nb / blocks), c0 = ((int)nb - n * blocks) * LANES, count = min(LANES, area - (int)p0);
  __global const REAL *restrict from = x + (nb * area + p0) * LANES;
  __global REAL *restrict to = y + ((size_t)n * C + c0) * area + p0;
  V r[LANES];
#pragma unroll
  for (int p = 0; p < LANES; p++) r[p] = p < count ? LOAD(from + (size_t)p * LANES) : (V)(0);
  transpose(r);
  for (int l = 0; l < min(LANES, C - c0); l++) store_part(r[l], to + (size_t)l * area, count);
}
