/* gemm.cl: matrix product with optional transposition
 * Math     C = op(A) op(B)                                                                   (oracle: Primitives.matmul)
 * Shapes   op(A) (M, K), op(B) (K, N), C (M, N), row-major; transposeA: A is stored (K, M); transposeB: B is stored (N, K)
 *
 *                         columns            A work-item packs KC x columns of B into local memory as panels of
 *                   +---+---+---+---+        NR = 4 LANES columns, then walks its rows of A in tiles of 6 x NR:
 *               KC  |NR |NR |NR |NR |        24 vector accumulators stay in registers for a whole KC block.
 *                   +---+---+---+---+
 *          6 |====| | c |   |   |   |
 *              KC
 *
 * Work     work-group of 1: `rows` rows x `columns` columns of C (columns a multiple of NR, at most NC)
 * Launch   global (ceil(N / columns), ceil(M / rows)), local (1, 1); KC NC REALs of local memory
 * Numerics fma; k ascending within blocks of KC, block sums added in order. Columns beyond N are packed as zeros, never stored.
 * Bounds   M, N, K >= 1, every matrix below 2^31 elements
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#ifndef KC
#define KC 64
#endif
#ifndef NC
#define NC (4 * LANES)
#endif
#define NR (4 * LANES)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)

#define SIX(M) M(0) M(1) M(2) M(3) M(4) M(5)
#define CLEAR(i) V c##i##0 = (V)(0), c##i##1 = (V)(0), c##i##2 = (V)(0), c##i##3 = (V)(0);
#define POINT(i) __global const REAL *restrict a##i = A + (size_t)min(m0 + i, M - 1) * rowStep + (size_t)k0 * innerStep;
#define MULTIPLY(i)               \
  {                               \
    const V av = (V)(a##i[ka]);   \
    c##i##0 = fma(av, b0, c##i##0); \
    c##i##1 = fma(av, b1, c##i##1); \
    c##i##2 = fma(av, b2, c##i##2); \
    c##i##3 = fma(av, b3, c##i##3); \
  }
#define SPILL(i)                                       \
  STORE(c##i##0, tile + i * NR);                       \
  STORE(c##i##1, tile + i * NR + LANES);               \
  STORE(c##i##2, tile + i * NR + 2 * LANES);           \
  STORE(c##i##3, tile + i * NR + 3 * LANES);
#define PUT(v, p) STORE(k0 > 0 ? v + LOAD(p) : v, p)
#define WRITE(i)                                         \
  if (i < mr) {                                          \
    __global REAL *row = out + (size_t)i * N;            \
    PUT(c##i##0, row);                                   \
    PUT(c##i##1, row + LANES);                           \
    PUT(c##i##2, row + 2 * LANES);                       \
    PUT(c##i##3, row + 3 * LANES);                       \
  }

static void pack(__global const REAL *restrict B, __local REAL *restrict panel, int n0, int nc, int k0, int kl, int N, int K,
                 int transposeB) {
  for (int p0 = 0; p0 < nc; p0 += NR) {
    __local REAL *restrict d = panel + (size_t)p0 * kl;
    const int width = min(NR, nc - p0);
    if (transposeB) {
      for (int kb = 0; kb < kl; kb += 32) {
        const int end = min(kb + 32, kl);
        for (int j = 0; j < width; j++) {
          __global const REAL *restrict s = B + (size_t)(n0 + p0 + j) * K + k0;
          for (int k = kb; k < end; k++) d[k * NR + j] = s[k];
        }
      }
      for (int k = 0; k < kl; k++)
        for (int j = width; j < NR; j++) d[k * NR + j] = 0;
    } else if (width == NR) {
      for (int k = 0; k < kl; k++) {
        __global const REAL *restrict s = B + (size_t)(k0 + k) * N + n0 + p0;
        for (int j = 0; j < NR; j += LANES) STORE(LOAD(s + j), d + k * NR + j);
      }
    } else {
      for (int k = 0; k < kl; k++) {
        __global const REAL *restrict s = B + (size_t)(k0 + k) * N + n0 + p0;
        for (int j = 0; j < NR; j++) d[k * NR + j] = j < width ? s[j] : (REAL)0;
      }
    }
  }
}

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gemm(
    __global const REAL *restrict A, __global const REAL *restrict B, __global REAL *restrict C, int M, int N, int K,
    int transposeA, int transposeB, int rows, int columns) {
  __local REAL panel[KC * NC] __attribute__((aligned(128)));
  const int n0 = (int)get_global_id(0) * columns, nc = min(columns, N - n0);
  const int first = (int)get_global_id(1) * rows, last = min(M, first + rows);
  const size_t rowStep = transposeA ? 1 : K, innerStep = transposeA ? M : 1;
  for (int k0 = 0; k0 < K; k0 += KC) {
    const int kl = min(KC, K - k0);
    pack(B, panel, n0, nc, k0, kl, N, K, transposeB);
    for (int p0 = 0; p0 < nc; p0 += NR) {
      for (int m0 = first; m0 < last; m0 += 6) {
        const int mr = min(6, last - m0), nr = min(NR, nc - p0);
        __local const REAL *restrict b = panel + (size_t)p0 * kl;
        __global REAL *restrict out = C + (size_t)m0 * N + n0 + p0;
        SIX(POINT)
        SIX(CLEAR)
        size_t ka = 0;
        for (int k = 0; k < kl; k++, b += NR, ka += innerStep) {
          const V b0 = LOAD(b), b1 = LOAD(b + LANES), b2 = LOAD(b + 2 * LANES), b3 = LOAD(b + 3 * LANES);
          SIX(MULTIPLY)
        }
        if (nr == NR) {
          SIX(WRITE)
        } else {
          REAL tile[6 * NR];
          SIX(SPILL)
          for (int i = 0; i < mr; i++)
            for (int j = 0; j < nr; j++) {
              const size_t at = (size_t)i * N + j;
              out[at] = k0 > 0 ? out[at] + tile[i * NR + j] : tile[i * NR + j];
            }
        }
      }
    }
  }
}
