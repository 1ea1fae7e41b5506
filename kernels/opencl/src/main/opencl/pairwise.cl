/* pairwise.cl: weighted negative log-likelihood of pairwise similarity, row sums and gradient
 * Math     y_i = sum_j w_ij (softplus(t_ij) - s_ij t_ij), t_ij = kappa <u_i, v_j>;  c_ij = kappa w_ij (sigma(t_ij) - s_ij);
 *          gu_i = gy_i g_i, g = c v;  gv_j = sum_i gy_i c_ij u_i; u = v: both added       (oracle: PairwiseLogistic)
 * Shapes   u, g, gu (n, k); v, gv (m, k); s (n, m); w (n, m), or one number if uniform; y, gy (n); kp: k rounded up to LANES; x: u with
 *          zeros behind, (n, kp); np: n rounded up to `vectors` LANES for rows, to COLUMNS for within;
 *          rows: pack (slices, k np + 3 BANK vectors LANES), terms (slices, np), part (slices, np kp), as blocks of (k, vectors LANES);
 *          columns: pack (slices, COLUMNS (k + kp)); within, where u is v and gy is 1: pack (parts, k + 2 BLOCK, COLUMNS),
 *          part (parts, np, kp), terms (parts, np), g (n, k), parts = min(items, blocks of COLUMNS rows)
 *
 *               v: slice of columns, BANK at a time       rows: as many rows of u as `vectors` have lanes are packed once, column by column,
 *             +----+----+----+                            and numbers of v meet vectors of them: t (BANK, rows) is u times rows of v, becomes
 *        rows | c  |    |    |                            c at once, and c times columns of v adds to part, turned like t. s and w are turned
 *      u      +----+----+----+                            to match. y is a sum of vectors, no pair is stored, fold turns g, that of gy = 1,
 *        rows |    |    |    |                            and gu costs one product of n k numbers more. columns computes t again, in
 *             +----+----+----+                            ROWS x COLUMNS pairs from a panel of v packed column by column, and adds gy c^T u
 *                                                         to the panel's gv, complete after the last row.
 *
 *              own block
 *             +----+             within: t_ij = t_ji is computed once, below the diagonal of blocks, and gives both c_ij + c_ji and
 *             | c  |             terms of y_i and y_j: c adds to g of the rows by u of the own block, and to g of the block by u of the rows.
 *     rows    +----+             An item has every items-th block from its first one; within_fold adds what the items have made, in
 *             | c  |             order of their first blocks.
 *             +----+
 *
 * Work     rows, columns: a slice of columns; rows_fold: LANES rows and components, slices ascending; pad, scale: a row;
 *          within: every items-th block of COLUMNS rows; within_fold: such a block
 * Launch   rows, columns: global = slices, rows_fold: global (kp, np) / LANES, within: items (1 or MOST_ITEMS), all local 1; the others any
 *          local; slice a multiple of COLUMNS; slices of rows differ by one BANK at most. `vectors` is 1, 2 or 4
 * Numerics softplus(t) = max(t, 0) + log1p(exp(-|t|)); sigma(t) through exp(-|t|); finite for every finite t; products by fma, j ascending
 * Bounds   n, m, k >= 1, n m < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif
#ifndef LANES
#define LANES 16
#endif
#define ROWS 8
#define COLUMNS (2 * LANES)
#define BLOCK 64
#define BANK (4 * LANES)
#define MOST_ITEMS 8
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)
/* a vector at an address that is a multiple of its size: one store, where PoCL makes three of STORE, which no load can forward from */
#define AT(p) (*(V *)(p))
#define GLOBAL_AT(p) (*(__global V *)(p))
#define UNROLL _Pragma("unroll")
#define IS_SINGLE_float 1
#define IS_SINGLE_double 0
#define IS_SINGLE JOIN(IS_SINGLE_, REAL)

/* the first `count` lanes from p, the others 0 */
static V load_part(__global const REAL *restrict p, int count) {
  if (count >= LANES) return LOAD(p);
  REAL lane[LANES];
  for (int l = 0; l < LANES; l++) lane[l] = l < count ? p[l] : (REAL)0;
  return LOAD(lane);
}

static void store_part(V x, __global REAL *restrict p, int count) {
  if (count >= LANES) {
    STORE(x, p);
    return;
  }
  REAL lane[LANES];
  STORE(x, lane);
  for (int l = 0; l < count; l++) p[l] = lane[l];
}

/* weights of `count` pairs, the other lanes 0 */
static V weights(__global const REAL *restrict w, size_t at, int count, int uniform) {
  if (!uniform) return load_part(w + at, count);
  if (count >= LANES) return (V)(w[0]);
  REAL lane[LANES];
  for (int l = 0; l < LANES; l++) lane[l] = l < count ? w[0] : (REAL)0;
  return LOAD(lane);
}

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

/* `count` rows of k elements, `stride` apart, as columns: to (k, width), zeros beyond them */
static void pack_columns(__global const REAL *restrict x, int count, int k, int stride, int width, __global REAL *restrict to) {
  for (int j = 0; j < width; j += LANES) {
    int b = 0;
    for (; j + LANES <= count && b + LANES <= k; b += LANES) {
      V r[LANES];
      UNROLL for (int l = 0; l < LANES; l++) r[l] = LOAD(x + (size_t)(j + l) * stride + b);
      transpose(r);
      UNROLL for (int l = 0; l < LANES; l++) GLOBAL_AT(to + (size_t)(b + l) * width + j) = r[l];
    }
    for (; b < k; b++)
      for (int l = j; l < j + LANES; l++) to[(size_t)b * width + l] = l < count ? x[(size_t)l * stride + b] : (REAL)0;
  }
}

/* t (ROWS, COLUMNS) of the rows of u from i, `stride` apart (the last row again beyond n) and the columns of the panel */
static void theta(__global const REAL *restrict u, int i, int n, int k, int stride, __global const REAL *restrict panel, REAL kappa,
                  REAL *t) {
  __global const REAL *restrict a[ROWS];
  V c[ROWS][2];
  UNROLL for (int r = 0; r < ROWS; r++) {
    a[r] = u + (size_t)min(i + r, n - 1) * stride;
    c[r][0] = c[r][1] = (V)(0);
  }
  for (int b = 0; b < k; b++) {
    const V x0 = GLOBAL_AT(panel + (size_t)b * COLUMNS), x1 = GLOBAL_AT(panel + (size_t)b * COLUMNS + LANES);
    UNROLL for (int r = 0; r < ROWS; r++) {
      const V av = (V)(a[r][b]);
      c[r][0] = fma(av, x0, c[r][0]);
      c[r][1] = fma(av, x1, c[r][1]);
    }
  }
  UNROLL for (int r = 0; r < ROWS; r++) {
    AT(t + r * COLUMNS) = c[r][0] * kappa;
    AT(t + r * COLUMNS + LANES) = c[r][1] * kappa;
  }
}

#define HORNER(x, coefficient) p = fma(p, x, (V)((REAL)coefficient));

/* exp(-a) for a >= 0; single precision: 2^t, 2^-126 below that, 2^(t - round t) by a polynomial; t + ROUND - ROUND is t rounded to an
 * integer, which the low bits of t + ROUND hold; its error is at most (3 + a) ulp, less than an ulp of 1 */
static V exp_negative(V a) {
#if IS_SINGLE
#define ROUND ((V)(12582912))
  V t = a * -1.44269504089f;
  t = select(t, (V)(-126), t < (V)(-126));
  const V rounded = t + ROUND, f = t - (rounded - ROUND);
  V p = (V)(1.3264726988e-03f);
  HORNER(f, 9.6715127627e-03) HORNER(f, 5.5507337450e-02) HORNER(f, 2.4022242083e-01) HORNER(f, 6.9314697760e-01) HORNER(f, 1)
  return p * JOIN(as_float, LANES)((JOIN(as_int, LANES)(rounded) + 127) << 23);
#else
  return exp(-a);
#endif
}

/* log(1 + e) for 0 <= e <= 1; single precision: e times a polynomial, at most 2 ulp */
static V log1p_unit(V e) {
  if (sizeof(REAL) > sizeof(float)) return log1p(e);
  V p = (V)((REAL)2.0302138291e-03);
  HORNER(e, -1.3407393359e-02) HORNER(e, 4.1477937251e-02) HORNER(e, -8.2441411912e-02) HORNER(e, 1.2418411672e-01)
  HORNER(e, -1.6105680168e-01) HORNER(e, 1.9890744984e-01) HORNER(e, -2.4987269938e-01) HORNER(e, 3.3332559466e-01)
  HORNER(e, -4.9999982119e-01) HORNER(e, 1)
  return e * p;
}

/* with e = exp(-|t|) */
static V softplus(V t, V e) { return select((V)(0), t, (t > (V)(0)) | (t != t)) + log1p_unit(e); }

static V sigma(V t, V e) { return select(e, (V)(1), t >= (V)(0)) / (1 + e); }

static V residual(V t, V e, V s, V w) { return (sigma(t, e) - s) * w; }

/* ROWS x VECTORS of g, `step` apart, plus `width` terms c x, or those alone where fresh; c of row r and term l is at r ROW + l TERM */
#define TILE_PRODUCT(NAME, VECTORS, FROM, ROW, TERM)                                                                            \
  static void NAME(FROM const REAL *c, __global const REAL *restrict x, int stride, int width, __global REAL *g, int step,       \
                   int fresh) {                                                                                                  \
    V sum[ROWS][VECTORS];                                                                                                        \
    UNROLL for (int r = 0; r < ROWS; r++)                                                                                        \
        UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fresh ? (V)(0) : GLOBAL_AT(g + r * step + h * LANES);               \
    for (int l = 0; l < width; l++, c += TERM, x += stride) {                                                                    \
      V xv[VECTORS];                                                                                                             \
      UNROLL for (int h = 0; h < VECTORS; h++) xv[h] = LOAD(x + h * LANES);                                                      \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                                                    \
        const V cv = (V)(c[r * ROW]);                                                                                            \
        UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fma(cv, xv[h], sum[r][h]);                                          \
      }                                                                                                                          \
    }                                                                                                                            \
    UNROLL for (int r = 0; r < ROWS; r++)                                                                                        \
        UNROLL for (int h = 0; h < VECTORS; h++) GLOBAL_AT(g + r * step + h * LANES) = sum[r][h];                                \
  }
/* all vectors of kp, two at a time */
#define PRODUCT(NAME, FROM, ROW, TERM)                                                                                           \
  TILE_PRODUCT(JOIN(narrow_, NAME), 1, FROM, ROW, TERM)                                                                          \
  TILE_PRODUCT(JOIN(wide_, NAME), 2, FROM, ROW, TERM)                                                                            \
  static void NAME(FROM const REAL *c, __global const REAL *restrict x, int kp, int width, __global REAL *g, int fresh) {        \
    for (int b = 0; b < kp; b += COLUMNS)                                                                                        \
      if (b + LANES < kp) JOIN(wide_, NAME)(c, x + b, kp, width, g + b, kp, fresh);                                              \
      else JOIN(narrow_, NAME)(c, x + b, kp, width, g + b, kp, fresh);                                                           \
  }
TILE_PRODUCT(narrow_by_columns, 1, __global, 1, COLUMNS)
TILE_PRODUCT(wide_by_columns, 2, __global, 1, COLUMNS)
TILE_PRODUCT(narrow_by_rows, 1, __global, COLUMNS, 1)
TILE_PRODUCT(wide_by_rows, 2, __global, COLUMNS, 1)
PRODUCT(tile_by_columns, __private, 1, COLUMNS)

/* TALL x VECTORS of y plus `terms` terms a_r b, or those alone where fresh; a of row r, of which the last is there again from `rows` on, and
 * term l is at r row + l term; b and y are VECTORS wide */
#define ACROSS(NAME, TALL, VECTORS)                                                                                              \
  static void NAME(__global const REAL *restrict a, int row, int term, int rows, int terms, __global const REAL *restrict b,      \
                   __global REAL *restrict y, int fresh) {                                                                       \
    __global const REAL *restrict p[TALL];                                                                                       \
    V sum[TALL][VECTORS];                                                                                                        \
    UNROLL for (int r = 0; r < TALL; r++) {                                                                                      \
      p[r] = a + (size_t)min(r, rows - 1) * row;                                                                                 \
      UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fresh ? (V)(0) : GLOBAL_AT(y + (r * VECTORS + h) * LANES);            \
    }                                                                                                                            \
    size_t at = 0;                                                                                                               \
    for (int l = 0; l < terms; l++, at += term, b += VECTORS * LANES) {                                                          \
      V x[VECTORS];                                                                                                              \
      UNROLL for (int h = 0; h < VECTORS; h++) x[h] = GLOBAL_AT(b + h * LANES);                                                  \
      UNROLL for (int r = 0; r < TALL; r++) {                                                                                    \
        const V av = (V)(p[r][at]);                                                                                              \
        UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fma(av, x[h], sum[r][h]);                                           \
      }                                                                                                                          \
    }                                                                                                                            \
    UNROLL for (int r = 0; r < TALL; r++)                                                                                        \
        UNROLL for (int h = 0; h < VECTORS; h++) GLOBAL_AT(y + (r * VECTORS + h) * LANES) = sum[r][h];                           \
  }
ACROSS(across_one, 8, 1)
ACROSS(across_two, 8, 2)
ACROSS(across_four, 4, 4)
#define TALL(vectors) ((vectors) == 4 ? 4 : 8)

static void across(int vectors, __global const REAL *restrict a, int row, int term, int rows, int terms, __global const REAL *restrict b,
                   __global REAL *restrict y, int fresh) {
  if (vectors == 1) across_one(a, row, term, rows, terms, b, y, fresh);
  else if (vectors == 2) across_two(a, row, term, rows, terms, b, y, fresh);
  else across_four(a, row, term, rows, terms, b, y, fresh);
}

/* the builtin takes a pointer of any address space only where they all are one, as on processors */
#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__))
#define FETCH(p) __builtin_prefetch(p, 0, 2)
#else
#define FETCH(p) prefetch(p, 1)
#endif

/* slices that differ by one BANK at most */
static int slice_begin(int z, int slices, int m) { return min(m, (int)((long)((m + BANK - 1) / BANK) * z / slices) * BANK); }

__kernel void pairwise_rows(__global const REAL *restrict u, __global const REAL *restrict v, __global const REAL *restrict s,
                            __global const REAL *restrict w, __global REAL *restrict pack, __global REAL *restrict terms,
                            __global REAL *restrict part, int n, int m, int k, int np, int kp, int slices, int vectors, int uniform,
                            REAL kappa) {
  const int z = get_global_id(0), first = slice_begin(z, slices, m), end = slice_begin(z + 1, slices, m), width = vectors * LANES;
  __global REAL *columns = pack + (size_t)z * (k * np + 3 * BANK * width), *t = columns + (size_t)k * np, *si = t + BANK * width,
                *wi = si + BANK * width;
  terms += (size_t)z * np;
  part += (size_t)z * np * kp;
  for (int i = 0; i < n; i += width) pack_columns(u + (size_t)i * k, n - i, k, k, width, columns + (size_t)i * k);
  for (int j = first; j < end; j += BANK) {
    const int count = min(BANK, end - j);
    __global const REAL *restrict x = v + (size_t)j * k;
    for (int i = 0; i < n; i += width) {
      pack_columns(s + (size_t)i * m + j, n - i, count, m, width, si);
      if (!uniform) pack_columns(w + (size_t)i * m + j, n - i, count, m, width, wi);
      for (int r = i; r < min(n, i + width); r++)
        for (int l = 0; l < BANK; l += LANES) FETCH(s + (size_t)r * m + j + BANK + l);
      for (int c = 0; c < count; c += TALL(vectors))
        across(vectors, x + (size_t)c * k, k, 1, count - c, k, columns + (size_t)i * k, t + c * width, 1);
      for (int h = 0; h < width; h += LANES) {
        V sum = (V)(0);
        for (int c = 0; c < count; c++) {
          const int at = c * width + h;
          const V theta = GLOBAL_AT(t + at) * kappa, e = exp_negative(fabs(theta)), sc = GLOBAL_AT(si + at);
          const V wc = uniform ? (V)(w[0]) : GLOBAL_AT(wi + at);
          sum += wc * (softplus(theta, e) - sc * theta);
          GLOBAL_AT(t + at) = residual(theta, e, sc, wc) * kappa;
        }
        GLOBAL_AT(terms + i + h) = j > first ? GLOBAL_AT(terms + i + h) + sum : sum;
      }
      for (int b = 0; b < k; b += TALL(vectors))
        across(vectors, x + b, 1, k, k - b, count, t, part + (size_t)i * kp + b * width, j == first);
    }
  }
}

/* LANES rows of y and LANES components of them of g */
__kernel void pairwise_rows_fold(__global const REAL *restrict terms, __global const REAL *restrict part, __global REAL *restrict y,
                                 __global REAL *restrict g, int n, int k, int np, int kp, int vectors, int slices) {
  const int b = get_global_id(0) * LANES, i = get_global_id(1) * LANES, width = vectors * LANES;
  if (b >= k) return;
  if (b == 0) {
    V total = (V)(0);
    for (int z = 0; z < slices; z++) total += GLOBAL_AT(terms + (size_t)z * np + i);
    store_part(total, y + i, n - i);
  }
  V sum[LANES];
  UNROLL for (int l = 0; l < LANES; l++) sum[l] = (V)(0);
  for (int z = 0; z < slices; z++) {
    __global const REAL *p = part + (size_t)z * np * kp + (size_t)(i / width * width) * kp + b * width + i % width;
    UNROLL for (int l = 0; l < LANES; l++) sum[l] += GLOBAL_AT(p + l * width);
  }
  transpose(sum);
  for (int l = 0; l < min(LANES, n - i); l++) store_part(sum[l], g + (size_t)(i + l) * k + b, k - b);
}

/* gu (n, k) of g and gy */
__kernel void pairwise_scale(__global const REAL *restrict g, __global const REAL *restrict gy, __global REAL *restrict gu, int n, int k) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  for (int b = 0; b < k; b += LANES) store_part(load_part(g + i * k + b, k - b) * gy[i], gu + i * k + b, k - b);
}

/* x (n, k) with zeros behind: to (n, kp) */
__kernel void pairwise_pad(__global const REAL *restrict x, __global REAL *restrict to, int n, int k, int kp) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  for (int b = 0; b < kp; b++) to[i * kp + b] = b < k ? x[i * k + b] : (REAL)0;
}

__kernel void pairwise_columns(__global const REAL *restrict x, __global const REAL *restrict v, __global const REAL *restrict s,
                               __global const REAL *restrict w, __global const REAL *restrict gy, __global REAL *restrict pack,
                               __global REAL *restrict gv, int n, int m, int k, int kp, int slice, int uniform, REAL kappa) {
  const int z = get_global_id(0), first = z * slice, end = min(m, first + slice);
  __global REAL *restrict panel = pack + (size_t)z * COLUMNS * (k + kp), *restrict sums = panel + COLUMNS * k;
  REAL tile[ROWS * COLUMNS] __attribute__((aligned(64)));
  for (int j = first; j < end; j += COLUMNS) {
    const int count = min(COLUMNS, end - j);
    pack_columns(v + (size_t)j * k, count, k, k, COLUMNS, panel);
    for (int i = 0; i < n; i += ROWS) {
      const int height = min(ROWS, n - i);
      theta(x, i, n, k, kp, panel, kappa, tile);
      for (int r = 0; r < height; r++)
        for (int l = 0; l < count; l += LANES) {
          const size_t at = (size_t)(i + r) * m + j + l;
          const V t = AT(tile + r * COLUMNS + l);
          const V c = residual(t, exp_negative(fabs(t)), load_part(s + at, count - l), weights(w, at, count - l, uniform));
          AT(tile + r * COLUMNS + l) = c * (kappa * gy[i + r]);
        }
      for (int l = 0; l < COLUMNS; l += ROWS) tile_by_columns(tile + l, x + (size_t)i * kp, kp, height, sums + l * kp, i == 0);
    }
    for (int l = 0; l < count; l++)
      for (int b = 0; b < k; b += LANES) store_part(LOAD(sums + l * kp + b), gv + (size_t)(j + l) * k + b, k - b);
  }
}

/* adds count lanes of x to those at p, or stores them */
static void add_part(V x, __global REAL *restrict p, int count, int fresh) { store_part(fresh ? x : load_part(p, count) + x, p, count); }

/* sums of the lanes of LANES vectors */
static V sums(const V *x) {
  V r[LANES], total = (V)(0);
  UNROLL for (int l = 0; l < LANES; l++) r[l] = x[l];
  transpose(r);
  UNROLL for (int l = 0; l < LANES; l++) total += r[l];
  return total;
}

/* c (width, COLUMNS) of the rows from `first` and the own block from j, which c and back hold s and w of in the order (own, row); returns
 * the own block's terms in sum and, row by row, the other order's in terms */
static void coefficients(__global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict w,
                         __global const REAL *panel, __global REAL *c, __global const REAL *back, int first, int width, int j, int count,
                         int n, int k, int kp, int uniform, REAL kappa, V *sum, V *terms) {
  REAL tile[ROWS * COLUMNS] __attribute__((aligned(64)));
  for (int i = 0; i < width; i += ROWS) {
    theta(x, first + i, n, k, kp, panel, kappa, tile);
    for (int r = 0; r < min(ROWS, width - i); r++) {
      V term = (V)(0);
      UNROLL for (int h = 0; h < 2; h++) {
        const size_t at = (size_t)(first + i + r) * n + j + h * LANES;
        __global REAL *to = c + (i + r) * COLUMNS + h * LANES;
        const V t = AT(tile + r * COLUMNS + h * LANES), e = exp_negative(fabs(t)), p = sigma(t, e), plus = softplus(t, e);
        const V sij = load_part(s + at, count - h * LANES), sji = GLOBAL_AT(to);
        const V wij = uniform ? (V)(w[0]) : load_part(w + at, count - h * LANES);
        const V wji = uniform ? wij : GLOBAL_AT(back + (i + r) * COLUMNS + h * LANES);
        sum[h] += wji * (plus - sji * t);
        term += wij * (plus - sij * t);
        GLOBAL_AT(to) = kappa * fma(wij, p - sij, wji * (p - sji));
      }
      terms[i + r] = term;
    }
  }
}

/* The first block of each item. Block b has a length of the triangle that shrinks with b. PoCL hands the first half of the items to the thread
 * that is awake, then half of the rest and so on to the one that asks, and the second thread wakes late: so the first four make up a little
 * less than half of the work, the next two a third and the last ones are short. */
__constant int first_block[MOST_ITEMS] = {0, 3, 4, 6, 1, 2, 5, 7};

__kernel void pairwise_within(__global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict w,
                              __global REAL *restrict pack, __global REAL *restrict part, __global REAL *restrict terms, int n, int k,
                              int kp, int np, int uniform, int items, REAL kappa) {
  const int z = first_block[get_global_id(0)], blocks = (n + COLUMNS - 1) / COLUMNS;
  __global REAL *panel = pack + (size_t)z * (k + 2 * BLOCK) * COLUMNS, *c = panel + k * COLUMNS, *back = c + BLOCK * COLUMNS;
  V rows[BLOCK];
  part += (size_t)z * np * kp;
  terms += (size_t)z * np;
  for (int own = z; own < blocks; own += items) {
    const int fresh = own == z, j = own * COLUMNS, count = min(COLUMNS, n - j);
    V sum[2] = {(V)(0), (V)(0)};
    pack_columns(x + (size_t)j * kp, count, k, kp, COLUMNS, panel);
    for (int first = j, width = count; first < n; first += width, width = min(BLOCK, n - first)) {
      const int diagonal = first == j;
      pack_columns(s + (size_t)j * n + first, count, width, n, COLUMNS, c);
      if (!uniform) pack_columns(w + (size_t)j * n + first, count, width, n, COLUMNS, back);
      coefficients(x, s, w, panel, c, back, first, width, j, count, n, k, kp, uniform, kappa, sum, rows);
      for (int b = 0; b < k; b += COLUMNS) {
        const int wide = b + LANES < k;
        __global const REAL *restrict xOfRows = x + (size_t)first * kp + b, *restrict xOfBlock = x + (size_t)j * kp + b;
        for (int e = 0; e < count; e += ROWS) {
          __global REAL *to = part + (size_t)(j + e) * kp + b;
          if (wide) wide_by_columns(c + e, xOfRows, kp, width, to, kp, fresh && diagonal);
          else narrow_by_columns(c + e, xOfRows, kp, width, to, kp, fresh && diagonal);
        }
        for (int e = 0; !diagonal && e < width; e += ROWS) {
          __global REAL *to = part + (size_t)(first + e) * kp + b;
          if (wide) wide_by_rows(c + e * COLUMNS, xOfBlock, kp, COLUMNS, to, kp, fresh);
          else narrow_by_rows(c + e * COLUMNS, xOfBlock, kp, COLUMNS, to, kp, fresh);
        }
      }
      for (int e = 0; !diagonal && e < width; e += LANES) add_part(sums(rows + e), terms + first + e, width - e, fresh);
    }
    UNROLL for (int h = 0; h < 2; h++) add_part(sum[h], terms + j + h * LANES, count - h * LANES, fresh);
  }
}

__kernel void pairwise_within_fold(__global const REAL *restrict part, __global const REAL *restrict terms, __global REAL *restrict y,
                                   __global REAL *restrict g, int n, int k, int kp, int np, int items) {
  const int block = get_global_id(0), begin = block * COLUMNS, end = min(n, begin + COLUMNS), parts = min(block + 1, items);
  for (int i = begin; i < end; i += LANES) {
    V total = LOAD(terms + i);
    for (int z = 1; z < parts; z++) total += LOAD(terms + (size_t)z * np + i);
    store_part(total, y + i, end - i);
  }
  for (int i = begin; i < end; i++)
    for (int b = 0; b < k; b += LANES) {
      V total = LOAD(part + (size_t)i * kp + b);
      for (int z = 1; z < parts; z++) total += LOAD(part + ((size_t)z * np + i) * kp + b);
      store_part(total, g + (size_t)i * k + b, k - b);
    }
}
