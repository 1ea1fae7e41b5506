/* gpu_convolution.cl: 2-D cross-correlation and its two adjoints as matrix products whose right factor is gathered, never stored
 * Math     as convolution.cl                          (oracle: Primitives.conv2d, conv2dInputGradient, conv2dWeightGradient)
 * Shapes   x (N, groups*ins, H, W), y (N, groups*outs, OH, OW), w read at g outs ins area + o outStep + c inStep + tap; partial
 *          (splits, groups*outs, ins*KH*KW). For each group:
 *
 *            kernel            rows   columns             k                  left factor    right factor
 *            convolve          o      pixels (n, p, q)    taps (c, i, j)     w              x at (p, q) step + (i, j) - (top, left)
 *            weight_gradient   o      taps (c, i, j)      pixels (n, p, q)   gy             the same
 *
 *          The gradient to the input is convolve over gy with flipped, transposed weights, stride 1 and `down` = the stride: only
 *          coordinates that `down` divides hold an element.
 *
 *                   BN columns           Blocks and patches as in gpu_gemm.cl. What k means is worked out by BK items once per step
 *             +------------+             and kept in a local table: offset in the left factor; plane, row and column in the
 *          BK |  gathered  | <- table    image. What a column means stays in registers. An element outside the image is 0.
 *      BK     +------------+
 *     +---+   +------------+
 *  BM | w |   | BM x BN    |
 *     +---+   +------------+
 *
 * Work     work-group of T = (BM / WM) (BN / WN) items; T is a multiple of BM, BN and BK
 * Launch   convolve: global (T ceil(columns / BN), ceil(outs / BM), groups); weight_gradient: (..., groups splits), parts of `len`
 *          along k, which the host adds in order; local (T, 1, 1); BK (BM + BN + 8) REALs and 4 BK ints of local memory
 * Numerics fma; k ascending within a part. Padding multiplies by zero: a weight of NaN or infinity also reaches outputs through it.
 * Bounds   any stride, padding, groups; every tensor below 2^31 elements
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef BM
#define BM 64
#define BN 64
#define BK 16
#define WM 8
#define WN 4
#endif
#define TX (BN / WN)
#define TY (BM / WM)
#define T (TX * TY)
#define PITCH_A (BM / 4 + 1)
#define PITCH_B (BN / 4 + 1)
#define SHARE_A (BM * BK / T)
#define SHARE_B (BN * BK / T)
#define OUTSIDE (-(1 << 29))
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, 4) V;
/* arrays of the caller are to stay in its registers */
#define INLINE static inline __attribute__((always_inline))

typedef struct {
  int N, groups, ins, outs, H, W, OH, OW, KH, KW, stepY, stepX, top, left, downY, downX, outStep, inStep, flip;
} Problem;

/* offset in the left factor or -1; plane, row and column in the image */
typedef int4 Entry;

static Entry tap_entry(const Problem *p, int k) {
  const int area = p->KH * p->KW;
  if (k >= p->ins * area) return (Entry)(-1, 0, OUTSIDE, OUTSIDE);
  const int c = k / area, at = k - c * area, i = at / p->KW;
  return (Entry)(c * p->inStep + (p->flip ? area - 1 - at : at), c * p->H * p->W, i, at - i * p->KW);
}

static Entry pixel_entry(const Problem *p, int k, int last) {
  const int area = p->OH * p->OW;
  if (k >= last) return (Entry)(-1, 0, OUTSIDE, OUTSIDE);
  const int n = k / area, at = k - n * area, r = at / p->OW;
  return (Entry)(n * p->groups * p->outs * area + at, n * p->groups * p->ins * p->H * p->W, r * p->stepY - p->top,
                 (at - r * p->OW) * p->stepX - p->left);
}

static int down(int at, int by) {
  return by == 1 ? at : at % by == 0 ? at / by : -1;
}

static REAL gather(__global const REAL *restrict x, const Problem *p, Entry column, Entry k, int downY, int downX) {
  const int r = down(column.z + k.z, downY), c = down(column.w + k.w, downX);
  return r >= 0 && r < p->H && c >= 0 && c < p->W ? x[column.y + k.y + r * p->W + c] : (REAL)0;
}

/* c += the outer products of BK columns of as and rows of bs */
INLINE void multiply(__local const V *restrict as, __local const V *restrict bs, int tx, int ty, V c[WM][WN / 4]) {
#pragma unroll
  for (int k = 0; k < BK; k++) {
    V b[WN / 4];
#pragma unroll
    for (int v = 0; v < WN / 4; v++) b[v] = bs[k * PITCH_B + v * TX + tx];
#pragma unroll
    for (int u = 0; u < WM / 4; u++) {
      const V a = as[k * PITCH_A + u * TY + ty];
#pragma unroll
      for (int v = 0; v < WN / 4; v++) {
        c[4 * u][v] = fma((V)(a.s0), b[v], c[4 * u][v]);
        c[4 * u + 1][v] = fma((V)(a.s1), b[v], c[4 * u + 1][v]);
        c[4 * u + 2][v] = fma((V)(a.s2), b[v], c[4 * u + 2][v]);
        c[4 * u + 3][v] = fma((V)(a.s3), b[v], c[4 * u + 3][v]);
      }
    }
  }
}

/* r = a column of the left factor, q = a part of a row of the right one, both of the step that `table` describes */
INLINE void fetch(REAL r[SHARE_A], REAL q[SHARE_B], __global const REAL *restrict left, size_t rowStep,
                  __global const REAL *restrict x, const Problem *p, Entry column, int downY, int downX, int row,
                  __local const Entry *restrict table) {
  const int lid = (int)get_local_id(0), offset = table[lid % BK].x;
#pragma unroll
  for (int i = 0; i < SHARE_A; i++) {
    const int o = row + lid / BK + i * (T / BK);
    r[i] = offset >= 0 && o < p->outs ? left[o * rowStep + offset] : (REAL)0;
  }
#pragma unroll
  for (int i = 0; i < SHARE_B; i++) q[i] = gather(x, p, column, table[lid / BN + i * (T / BN)], downY, downX);
}

static Entry entry(const Problem *p, int k, int last, int pixels) {
  return pixels ? pixel_entry(p, k, last) : tap_entry(p, k);
}

/* c = the rows from `row` on of left times the right factor's BN columns, over k in [first, last); k counts pixels or taps */
INLINE void product(__global const REAL *restrict left, size_t rowStep, __global const REAL *restrict x, const Problem *p,
                    Entry column, int downY, int downX, int row, int first, int last, int pixels, __local V *restrict as,
                    __local V *restrict bs, __local Entry *restrict table, V c[WM][WN / 4]) {
  const int lid = (int)get_local_id(0), tx = lid % TX, ty = lid / TX;
  REAL r[SHARE_A], q[SHARE_B];
#pragma unroll
  for (int i = 0; i < WM; i++)
#pragma unroll
    for (int v = 0; v < WN / 4; v++) c[i][v] = (V)(0);
  if (lid < BK) table[lid] = entry(p, first + lid, last, pixels);
  barrier(CLK_LOCAL_MEM_FENCE);
  fetch(r, q, left, rowStep, x, p, column, downY, downX, row, table);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int k = first; k < last; k += BK) {
#pragma unroll
    for (int i = 0; i < SHARE_A; i++)
      ((__local REAL *)as)[lid % BK * 4 * PITCH_A + lid / BK + i * (T / BK)] = r[i];
#pragma unroll
    for (int i = 0; i < SHARE_B; i++)
      ((__local REAL *)bs)[(lid / BN + i * (T / BN)) * 4 * PITCH_B + lid % BN] = q[i];
    if (lid < BK) table[lid] = entry(p, k + BK + lid, last, pixels);
    barrier(CLK_LOCAL_MEM_FENCE);
    if (k + BK < last) fetch(r, q, left, rowStep, x, p, column, downY, downX, row, table);
    multiply(as, bs, tx, ty, c);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
}

__kernel __attribute__((reqd_work_group_size(T, 1, 1))) void convolve(
    __global const REAL *restrict x, __global const REAL *restrict w, __global REAL *restrict y, Problem p) {
  const int n0 = (int)get_group_id(0) * BN, m0 = (int)get_global_id(1) * BM, g = (int)get_global_id(2);
  const int taps = p.ins * p.KH * p.KW, area = p.OH * p.OW, pixels = p.N * area;
  __global const REAL *restrict image = x + (size_t)g * p.ins * p.H * p.W;
  __global const REAL *restrict weights = w + (size_t)g * p.outs * taps;
  const Entry column = pixel_entry(&p, n0 + (int)get_local_id(0) % BN, pixels);
  __local V as[BK * PITCH_A], bs[BK * PITCH_B];
  __local Entry table[BK];
  V c[WM][WN / 4];
  product(weights, p.outStep, image, &p, column, p.downY, p.downX, m0, 0, taps, 0, as, bs, table, c);
  const int tx = (int)get_local_id(0) % TX, ty = (int)get_local_id(0) / TX;
#pragma unroll
  for (int v = 0; v < WN / 4; v++)
#pragma unroll
    for (int l = 0; l < 4; l++) {
      const int pixel = n0 + (v * TX + tx) * 4 + l;
      if (pixel < pixels) {
        const int n = pixel / area;
        __global REAL *restrict to = y + ((size_t)n * p.groups + g) * p.outs * area + (pixel - n * area);
#pragma unroll
        for (int i = 0; i < WM; i++) {
          const int o = m0 + (i / 4 * TY + ty) * 4 + i % 4;
          const V r = c[i][v];
          if (o < p.outs) to[(size_t)o * area] = l == 0 ? r.s0 : l == 1 ? r.s1 : l == 2 ? r.s2 : r.s3;
        }
      }
    }
}

__kernel __attribute__((reqd_work_group_size(T, 1, 1))) void weight_gradient(
    __global const REAL *restrict x, __global const REAL *restrict gy, __global REAL *restrict partial, Problem p, int len) {
  const int n0 = (int)get_group_id(0) * BN, m0 = (int)get_global_id(1) * BM;
  const int g = (int)get_global_id(2) % p.groups, split = (int)get_global_id(2) / p.groups;
  const int taps = p.ins * p.KH * p.KW, area = p.OH * p.OW;
  const int first = split * len, last = min(p.N * area, first + len);
  __global const REAL *restrict image = x + (size_t)g * p.ins * p.H * p.W;
  __global const REAL *restrict cotangent = gy + (size_t)g * p.outs * area;
  const Entry column = tap_entry(&p, n0 + (int)get_local_id(0) % BN);
  __local V as[BK * PITCH_A], bs[BK * PITCH_B];
  __local Entry table[BK];
  V c[WM][WN / 4];
  product(cotangent, area, image, &p, column, 1, 1, m0, first, last, 1, as, bs, table, c);
  const int tx = (int)get_local_id(0) % TX, ty = (int)get_local_id(0) / TX;
  __global REAL *restrict out = partial + ((size_t)split * p.groups + g) * p.outs * taps;
#pragma unroll
  for (int i = 0; i < WM; i++) {
    const int o = m0 + (i / 4 * TY + ty) * 4 + i % 4;
    if (o < p.outs) {
#pragma unroll
      for (int v = 0; v < WN / 4; v++) {
        const int t = n0 + (v * TX + tx) * 4;
        __global REAL *restrict to = out + (size_t)o * taps + t;
        if (t < taps) to[0] = c[i][v].s0;
        if (t + 1 < taps) to[1] = c[i][v].s1;
        if (t + 2 < taps) to[2] = c[i][v].s2;
        if (t + 3 < taps) to[3] = c[i][v].s3;
      }
    }
  }
}
