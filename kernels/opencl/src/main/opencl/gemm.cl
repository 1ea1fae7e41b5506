/* gemm.cl: matrix product with optional transposition
 * Math     C = op(A) op(B), or C^T = op(A) op(B) when transposeC                              (oracle: Primitives.matmul)
 * Shapes   op(A) (M, K), op(B) (K, N), row-major; transposeA: A is stored (K, M); transposeB: B is stored (N, K);
 *          C (M, N), transposeC: C is stored (N, M)
 *
 *                         columns            A work-item keeps KC x columns of B in local memory as panels of
 *                   +---+---+---+---+        NR = NV LANES columns, and walks its rows of A in tiles of MR x NR:
 *               KC  |NR |NR |NR |NR |        MR x NV vector accumulators stay in registers for a whole block of K.
 *                   +---+---+---+---+        The first tile of a panel reads B itself and leaves the panel behind;
 *         MR |====| | c |   |   |   |        all tiles ask for a share of the next block of B, so that it is in cache
 *              KC                            by then. A transposed B is packed first, LANES x LANES at a time.
 *
 * Work     work-group of 1: `rows` rows x `columns` columns of the product (columns a multiple of NR, at most NC)
 * Launch   global (ceil(N / columns), ceil(M / rows)), local (1, 1); KC NC REALs of local memory; defines: GemmVariant
 * Numerics fma; K is cut into ceil(K / KC) blocks of equal length, k ascending within them, block sums added in order.
 *          Columns beyond N are packed as zeros, never stored. Variants differ in the length of blocks, so in rounding.
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
#define MR 6
#define NV 4
#define NR (NV * LANES)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
typedef V ANYWHERE __attribute__((aligned(sizeof(REAL)))); /* one store, where PoCL makes three of vstore */
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)
#define UNROLL _Pragma("unroll")
/* the builtin takes a pointer of any address space only where they all are one, as on processors */
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define FETCH(p) __builtin_prefetch(p, 0, 2)
#else
#define FETCH(p) prefetch(p, 1)
#endif

/* r[i][l] becomes r[l][i]: log2(LANES) times, the upper half of the rows is interleaved into the lower half */
static void transpose(V *r) {
  V t[LANES];
  for (int step = 1; step < LANES; step *= 2) {
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      t[2 * i].even = r[i].lo;
      t[2 * i].odd = r[i + LANES / 2].lo;
      t[2 * i + 1].even = r[i].hi;
      t[2 * i + 1].odd = r[i + LANES / 2].hi;
    }
    UNROLL for (int i = 0; i < LANES; i++) r[i] = t[i];
  }
}

/* width < NR columns of B (kl, .) and zeros beyond them */
static void pack_edge(__global const REAL *restrict B, __local REAL *restrict panel, int width, int kl, int N) {
  for (int k = 0; k < kl; k++)
    for (int j = 0; j < NR; j++) panel[k * NR + j] = j < width ? B[(size_t)k * N + j] : (REAL)0;
}

/* width <= NR rows of B (., kl) as columns, and zeros beyond them */
static void pack_transposed(__global const REAL *restrict B, __local REAL *restrict panel, int width, int kl, int K) {
  for (int j = 0; j < NR; j += LANES) {
    int k = 0;
    for (; j + LANES <= width && k + LANES <= kl; k += LANES) {
      V r[LANES];
      UNROLL for (int i = 0; i < LANES; i++) r[i] = LOAD(B + (size_t)(j + i) * K + k);
      transpose(r);
      UNROLL for (int i = 0; i < LANES; i++) *(__local V *)(panel + (k + i) * NR + j) = r[i];
    }
    for (; k < kl; k++)
      for (int i = 0; i < LANES; i++) panel[k * NR + j + i] = j + i < width ? B[(size_t)(j + i) * K + k] : (REAL)0;
  }
}

/* one k of a tile: the row x of B times the column ka of A; then a line of the next block */
#define MULTIPLY                                                          \
  UNROLL for (int i = 0; i < MR; i++) {                                   \
    const V av = (V)(a[i][ka]);                                           \
    UNROLL for (int j = 0; j < NV; j++) c[i][j] = fma(av, x[j], c[i][j]); \
  }                                                                       \
  FETCH(next);                                                            \
  next += nextStep;

__kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gemm(
    __global const REAL *restrict A, __global const REAL *restrict B, __global REAL *restrict C, int M, int N, int K,
    int transposeA, int transposeB, int transposeC, int rows, int columns) {
  __local REAL panels[KC * NC] __attribute__((aligned(128)));
  const int n0 = (int)get_global_id(0) * columns, nc = min(columns, N - n0);
  const int first = (int)get_global_id(1) * rows, last = min(M, first + rows);
  const int tiles = ((last - first + MR - 1) / MR) * ((nc + NR - 1) / NR), lines = nc / LANES;
  const int blocks = (K + KC - 1) / KC, depth = (K + blocks - 1) / blocks;
  const size_t rowStep = transposeA ? 1 : K, innerStep = transposeA ? M : 1;
  const size_t rowOut = transposeC ? 1 : N, columnOut = transposeC ? M : 1;
  for (int k0 = 0; k0 < K; k0 += depth) {
    const int kl = min(depth, K - k0), ahead = !transposeB && k0 + depth < K;
    int tile = 0;
    for (int p0 = 0; p0 < nc; p0 += NR) {
      const int nr = min(NR, nc - p0), direct = !transposeB && nr == NR;
      __local REAL *restrict panel = panels + (size_t)p0 * kl;
      __global const REAL *restrict s = transposeB ? B + (size_t)(n0 + p0) * K + k0 : B + (size_t)k0 * N + n0 + p0;
      if (transposeB) {
        pack_transposed(s, panel, nr, kl, K);
      } else if (!direct) {
        pack_edge(s, panel, nr, kl, N);
      }
      for (int m0 = first; m0 < last; m0 += MR, tile++) {
        __local REAL *restrict b = panel;
        __global const REAL *restrict a[MR];
        V c[MR][NV];
        UNROLL for (int i = 0; i < MR; i++) {
          a[i] = A + (size_t)min(m0 + i, M - 1) * rowStep + (size_t)k0 * innerStep;
          UNROLL for (int j = 0; j < NV; j++) c[i][j] = (V)(0);
        }
        /* this tile's line of every row of the next block, or none: the address alone matters, also behind the end of B */
        const int line = tile * lines / tiles, fetches = ahead && (tile + 1) * lines / tiles > line;
        __global const REAL *next = fetches ? B + (size_t)(k0 + depth) * N + n0 + line * LANES : B;
        const size_t nextStep = fetches ? N : 0;
        size_t ka = 0;
        if (direct && m0 == first) {
          for (int k = 0; k < kl; k++, b += NR, s += N, ka += innerStep) {
            V x[NV];
            UNROLL for (int j = 0; j < NV; j++) {
              x[j] = LOAD(s + j * LANES);
              *(__local V *)(b + j * LANES) = x[j];
            }
            MULTIPLY
          }
        } else {
          for (int k = 0; k < kl; k++, b += NR, ka += innerStep) {
            V x[NV];
            UNROLL for (int j = 0; j < NV; j++) x[j] = LOAD(b + j * LANES);
            MULTIPLY
          }
        }
        const int mr = min(MR, last - m0);
        __global REAL *restrict out = C + m0 * rowOut + (n0 + p0) * columnOut;
        if (!transposeC && nr == NR) {
          UNROLL for (int i = 0; i < MR; i++)
            if (i < mr)
              UNROLL for (int j = 0; j < NV; j++) {
                __global REAL *to = out + i * rowOut + j * LANES;
                *(__global ANYWHERE *)to = k0 > 0 ? c[i][j] + LOAD(to) : c[i][j];
              }
        } else {
          REAL t[MR * NR];
          UNROLL for (int i = 0; i < MR; i++)
            UNROLL for (int j = 0; j < NV; j++) STORE(c[i][j], t + i * NR + j * LANES);
          for (int j = 0; j < nr; j++)
            for (int i = 0; i < mr; i++) {
              __global REAL *to = out + i * rowOut + j * columnOut;
              *to = k0 > 0 ? *to + t[i * NR + j] : t[i * NR + j];
            }
        }
      }
    }
  }
}
