/* gpu_gemm.cl: matrix product with optional transposition, for devices with many work-items
 * Math     C_s = op(A)[:, part s] op(B)[part s, :], parts of `len` along K; the host adds the parts in order
 *                                                                                            (oracle: Primitives.matmul)
 * Shapes   op(A) (M, K), op(B) (K, N), C (splits, M, N), row-major; transposeA: A is stored (K, M); transposeB: B is stored (N, K)
 *
 *                   BN                   A work-group owns BM x BN results. Step by step it copies BM x BK of A and BK x BN of B
 *             +------------+             into local memory, both with k as the slow axis, while the elements of the next step are
 *          BK |     bs     |             on their way to registers. An item owns WM x WN results in patches of 4 x 4, TY 4 rows
 *      BK     +------------+             and TX 4 columns apart, so that neighbours read neighbouring vectors:
 *     +---+   +------------+
 *     |   |   |#  :  #     |             per k: WM / 4 + WN / 4 vector loads for WM WN multiply-adds
 *  BM |as |   |...:........|
 *     |   |   |#  :  #     |             # = the patches of one item (WM = WN = 8)
 *     +---+   +------------+
 *
 * Work     work-group of T = (BM / WM) (BN / WN) items; T is a multiple of BM, BN and BK
 * Launch   global (T ceil(N / BN), ceil(M / BM), splits), local (T, 1, 1); BK (BM + BN + 8) REALs of local memory
 * Numerics fma; k ascending within a part. Rows, columns and k beyond the edges are zeros in local memory, never stored.
 * Bounds   M, N, K >= 1, every matrix below 2^31 elements
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
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, 4) V;
/* arrays of the caller are to stay in its registers */
#define INLINE static inline __attribute__((always_inline))

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

/* How an item fetches its share of a block of `width` x BK elements: element r is at (at + r dAt, k + r dK). Neighbouring items read
 * neighbouring addresses whichever axis is the contiguous one. */
typedef struct {
  int at, k, dAt, dK;
} Share;

static Share share(int width, int kContiguous) {
  const int lid = (int)get_local_id(0);
  Share s;
  s.at = kContiguous ? lid / BK : lid % width;
  s.k = kContiguous ? lid % BK : lid / width;
  s.dAt = kContiguous ? T / BK : 0;
  s.dK = kContiguous ? 0 : T / width;
  return s;
}

/* r = the share of the next step, from `next` on; elements at or beyond `most` and `left` are 0 */
INLINE void fetch(REAL *r, int count, Share s, __global const REAL *restrict next, size_t step, int whole, int most, int left) {
  if (whole && left >= BK) {
#pragma unroll
    for (int i = 0; i < count; i++, next += step) r[i] = *next;
  } else {
#pragma unroll
    for (int i = 0; i < count; i++, next += step)
      r[i] = s.at + i * s.dAt < most && s.k + i * s.dK < left ? *next : (REAL)0;
  }
}

INLINE void keep(const REAL *r, int count, Share s, __local V *restrict to, int pitch) {
  __local REAL *restrict element = (__local REAL *)to + s.k * 4 * pitch + s.at;
#pragma unroll
  for (int i = 0; i < count; i++) element[i * (s.dK * 4 * pitch + s.dAt)] = r[i];
}

#define SHARE_A (BM * BK / T)
#define SHARE_B (BN * BK / T)

__kernel __attribute__((reqd_work_group_size(T, 1, 1))) void gemm(
    __global const REAL *restrict A, __global const REAL *restrict B, __global REAL *restrict C, int M, int N, int K,
    int transposeA, int transposeB, int len) {
  __local V as[BK * PITCH_A], bs[BK * PITCH_B];
  const int tx = (int)get_local_id(0) % TX, ty = (int)get_local_id(0) / TX;
  const int n0 = (int)get_group_id(0) * BN, m0 = (int)get_global_id(1) * BM, split = (int)get_global_id(2);
  const int first = split * len, last = min(K, first + len);
  const Share a = share(BM, !transposeA), b = share(BN, transposeB);
  const int wholeA = m0 + BM <= M, wholeB = n0 + BN <= N;
  const size_t rowA = transposeA ? 1 : K, innerA = transposeA ? M : 1;
  const size_t rowB = transposeB ? K : 1, innerB = transposeB ? 1 : N;
  const size_t stepA = a.dAt * rowA + a.dK * innerA, stepB = b.dAt * rowB + b.dK * innerB;
  __global const REAL *restrict fromA = A + (m0 + a.at) * rowA + (first + a.k) * innerA;
  __global const REAL *restrict fromB = B + (n0 + b.at) * rowB + (first + b.k) * innerB;
  REAL ra[SHARE_A], rb[SHARE_B];
  V c[WM][WN / 4];
#pragma unroll
  for (int i = 0; i < WM; i++)
#pragma unroll
    for (int v = 0; v < WN / 4; v++) c[i][v] = (V)(0);
  fetch(ra, SHARE_A, a, fromA, stepA, wholeA, M - m0, last - first);
  fetch(rb, SHARE_B, b, fromB, stepB, wholeB, N - n0, last - first);
  for (int k = first; k < last; k += BK) {
    keep(ra, SHARE_A, a, as, PITCH_A);
    keep(rb, SHARE_B, b, bs, PITCH_B);
    barrier(CLK_LOCAL_MEM_FENCE);
    fromA += BK * innerA;
    fromB += BK * innerB;
    if (k + BK < last) {
      fetch(ra, SHARE_A, a, fromA, stepA, wholeA, M - m0, last - k - BK);
      fetch(rb, SHARE_B, b, fromB, stepB, wholeB, N - n0, last - k - BK);
    }
    multiply(as, bs, tx, ty, c);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  __global REAL *restrict out = C + (size_t)split * M * N;
#pragma unroll
  for (int i = 0; i < WM; i++) {
    const int m = m0 + (i / 4 * TY + ty) * 4 + i % 4;
    if (m < M) {
#pragma unroll
      for (int v = 0; v < WN / 4; v++) {
        const int n = n0 + (v * TX + tx) * 4;
        __global REAL *restrict to = out + (size_t)m * N + n;
        if (n < N) to[0] = c[i][v].s0;
        if (n + 1 < N) to[1] = c[i][v].s1;
        if (n + 2 < N) to[2] = c[i][v].s2;
        if (n + 3 < N) to[3] = c[i][v].s3;
      }
    }
  }
}
