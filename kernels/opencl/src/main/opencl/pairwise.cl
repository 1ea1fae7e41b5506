/* pairwise.cl: weighted negative log-likelihood of pairwise similarity, row sums and gradient
 * Math     y_i = sum_j w_ij (softplus(t_ij) - s_ij t_ij), t_ij = kappa <u_i, v_j>;  c_ij = kappa w_ij (sigma(t_ij) - s_ij);
 *          gu_i = gy_i g_i, g = c v;  gv_j = sum_i gy_i c_ij u_i; u = v: both added       (oracle: PairwiseLogistic)
 * Shapes   u, g, gu (n, k); v, gv (m, k); s (n, m); w (n, m), or one number if uniform; y, gy (n); kp: k rounded up to LANES; x: u with
 *          zeros behind, (n, kp); np: n rounded up to `vectors` LANES for rows, to COLUMNS for within;
 *          rows: pack (slices, k np + 3 BANK vectors LANES), terms (slices, np), part (slices, np kp), as blocks of (k, vectors LANES);
 *          columns: pack (slices, COLUMNS (k + kp)); within, where u is v and gy is 1: pack (items, k + 3 COLUMNS, COLUMNS),
 *          c (blocks, np, COLUMNS), terms (blocks, np), g (n, k), total (1) the sum of y; progress (2 + blocks) zeros, before and after;
 *          blocks = np / COLUMNS
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
 *             +----+             within: t_ij = t_ji is computed once, below the diagonal of blocks, and gives both c_ij + c_ji, which is kept,
 *             | c  |             and terms of y_i and y_j. g of a row is then the row of c as far as its block, and from there the column, times u.
 *     rows    +----+             The items take one tile after another, then one strip of LANES rows of g after another, once its tiles are
 *             | c  |             done: they wait only for tiles that others have begun, and an item that comes late finds less to do. Who
 *             +----+             computes a tile or a strip does not change it. The last one to end adds y.
 *
 * Work     rows, columns: a slice of columns; rows_fold: LANES rows and components, slices ascending; pad, scale: a row; within: what is left
 * Launch   rows, columns: global = slices, rows_fold: global (kp, np) / LANES, within: any number of items, all local 1; the others any
 *          local; slice a multiple of COLUMNS; slices of rows differ by one BANK at most. `vectors` is 1, 2 or 4.
 *          within is for processors: a work-group that has begun must run to its end beside the others, and an atomic must order what is
 *          read and written before and after it
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
#define MOST 4
#define COLUMNS (2 * LANES)
#define BANK (4 * LANES)
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
typedef JOIN(REAL, LANES) V;
#define LOAD(p) JOIN(vload, LANES)(0, p)
#define STORE(v, p) JOIN(vstore, LANES)(v, 0, p)
/* a vector at an address that is a multiple of its size: one store, where PoCL makes three of STORE, which no load can forward from */
#define AT(p) (*(V *)(p))
#define GLOBAL_AT(p) (*(__global V *)(p))
#define UNROLL _Pragma("unroll")
#define INLINE __attribute__((always_inline))
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

/* elements of a and b, numbered through both; shuffle2 is the same in standard C, which PoCL makes through memory */
#ifdef __clang__
#define PICK(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define PICK(a, b, ...) shuffle2(a, b, (JOIN(PICKS_, REAL))(__VA_ARGS__))
#define PICKS_float uint16
#define PICKS_double ulong8
#endif
/* of every 16 bytes of a and b in turn: the lower halves, one element of each after the other, and the upper; every other 16 bytes */
#if IS_SINGLE
#define LOWER(a, b) PICK(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define UPPER(a, b) PICK(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define EVENS(a, b) PICK(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define ODDS(a, b) PICK(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define FIRSTS(a, b) PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define SECONDS(a, b) PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#else
#define EVENS(a, b) PICK(a, b, 0, 8, 2, 10, 4, 12, 6, 14)
#define ODDS(a, b) PICK(a, b, 1, 9, 3, 11, 5, 13, 7, 15)
#define FIRSTS(a, b) PICK(a, b, 0, 1, 4, 5, 8, 9, 12, 13)
#define SECONDS(a, b) PICK(a, b, 2, 3, 6, 7, 10, 11, 14, 15)
#endif
#define QUARTER (LANES / 4)

/* r[i][l] becomes r[l][i]: QUARTER x QUARTER elements within 16 bytes, then 4 x 4 of these, an instruction for each shuffle */
INLINE static void transpose(V *r) {
  V t[LANES];
#if IS_SINGLE
  UNROLL for (int i = 0; i < LANES; i += 2) {
    t[i] = LOWER(r[i], r[i + 1]);
    t[i + 1] = UPPER(r[i], r[i + 1]);
  }
#else
  UNROLL for (int i = 0; i < LANES; i++) t[i] = r[i];
#endif
  UNROLL for (int i = 0; i < LANES; i += QUARTER) {
    UNROLL for (int h = 0; h < QUARTER / 2; h++) {
      r[i + 2 * h] = EVENS(t[i + h], t[i + h + QUARTER / 2]);
      r[i + 2 * h + 1] = ODDS(t[i + h], t[i + h + QUARTER / 2]);
    }
  }
  UNROLL for (int c = 0; c < QUARTER; c++) {
    const V a = r[c], b = r[QUARTER + c], d = r[2 * QUARTER + c], e = r[3 * QUARTER + c];
    const V ab = FIRSTS(a, b), AB = SECONDS(a, b), de = FIRSTS(d, e), DE = SECONDS(d, e);
    r[c] = FIRSTS(ab, de);
    r[QUARTER + c] = FIRSTS(AB, DE);
    r[2 * QUARTER + c] = SECONDS(ab, de);
    r[3 * QUARTER + c] = SECONDS(AB, DE);
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

/* `count` vectors, a step of all before the next one: a chain of steps waits for each of its own */
#define EACH UNROLL for (int q = 0; q < count; q++)
#define STEP(p, x, coefficient) EACH p[q] = fma(p[q], x[q], (V)((REAL)coefficient));

/* e = exp(-a) for a >= 0; single precision: 2^t, 2^-126 below that, 2^(t - round t) by a polynomial; t + ROUND - ROUND is t rounded to an
 * integer, which the low bits of t + ROUND hold; its error is at most 3 + 5a/4 ulp, always less than 2^-22 */
INLINE static void exps_negative(int count, const V *a, V *e) {
#if IS_SINGLE
#define ROUND ((V)(12582912))
  V t[MOST], rounded[MOST];
  EACH t[q] = a[q] * -1.44269504089f;
  EACH t[q] = select(t[q], (V)(-126), t[q] < (V)(-126));
  EACH rounded[q] = t[q] + ROUND;
  EACH t[q] = t[q] - (rounded[q] - ROUND);
  EACH e[q] = (V)(1.3264726988e-03f);
  STEP(e, t, 9.6715127627e-03) STEP(e, t, 5.5507337450e-02) STEP(e, t, 2.4022242083e-01) STEP(e, t, 6.9314697760e-01) STEP(e, t, 1)
  EACH e[q] *= JOIN(as_float, LANES)((JOIN(as_int, LANES)(rounded[q]) + 127) << 23);
#else
  EACH e[q] = exp(-a[q]);
#endif
}

/* y = log(1 + e) for 0 <= e <= 1; single precision: e times a polynomial, its even and its odd powers by themselves, at most 4 ulp */
INLINE static void log1p_units(int count, const V *e, V *y) {
#if IS_SINGLE
  V square[MOST], odd[MOST];
  EACH square[q] = e[q] * e[q];
  EACH y[q] = (V)(2.0302138291e-03f);
  EACH odd[q] = (V)(-1.3407393359e-02f);
  STEP(y, square, 4.1477937251e-02) STEP(odd, square, -8.2441411912e-02) STEP(y, square, 1.2418411672e-01)
  STEP(odd, square, -1.6105680168e-01) STEP(y, square, 1.9890744984e-01) STEP(odd, square, -2.4987269938e-01)
  STEP(y, square, 3.3332559466e-01) STEP(odd, square, -4.9999982119e-01) STEP(y, square, 1)
  EACH y[q] = e[q] * fma(odd[q], e[q], y[q]);
#else
  EACH y[q] = log1p(e[q]);
#endif
}

static V exp_negative(V a) {
  V e;
  exps_negative(1, &a, &e);
  return e;
}

/* max(t, 0) or NaN */
static V positive(V t) { return select((V)(0), t, (t > (V)(0)) | (t != t)); }

/* with e = exp(-|t|) */
static V softplus(V t, V e) {
  V plus;
  log1p_units(1, &e, &plus);
  return positive(t) + plus;
}

static V sigma(V t, V e) { return select(e, (V)(1), t >= (V)(0)) / (1 + e); }

static V residual(V t, V e, V s, V w) { return (sigma(t, e) - s) * w; }

/* adds to sum (ROWS, VECTORS) the products of ROWS numbers of C, ROW apart, and the vectors at x */
#define ADD_PRODUCTS(VECTORS, C, ROW)                                                                                           \
  {                                                                                                                             \
    V xv[VECTORS];                                                                                                              \
    UNROLL for (int h = 0; h < VECTORS; h++) xv[h] = LOAD(x + h * LANES);                                                       \
    UNROLL for (int r = 0; r < ROWS; r++) {                                                                                     \
      const V cv = (V)((C)[r * ROW]);                                                                                           \
      UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fma(cv, xv[h], sum[r][h]);                                           \
    }                                                                                                                           \
  }

/* ROWS x VECTORS of g plus `width` terms c x, or those alone where fresh; c of row r and term l is at r ROW + l TERM */
#define TILE_PRODUCT(NAME, VECTORS, ROW, TERM)                                                                                  \
  static void NAME(const REAL *c, __global const REAL *restrict x, int kp, int width, __global REAL *g, int fresh) {            \
    V sum[ROWS][VECTORS];                                                                                                       \
    UNROLL for (int r = 0; r < ROWS; r++)                                                                                       \
        UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = fresh ? (V)(0) : GLOBAL_AT(g + r * kp + h * LANES);                \
    for (int l = 0; l < width; l++, c += TERM, x += kp) ADD_PRODUCTS(VECTORS, c, ROW)                                           \
    UNROLL for (int r = 0; r < ROWS; r++)                                                                                       \
        UNROLL for (int h = 0; h < VECTORS; h++) GLOBAL_AT(g + r * kp + h * LANES) = sum[r][h];                                 \
  }
/* all vectors of kp, two at a time */
#define PRODUCT(NAME, ROW, TERM)                                                                                                \
  TILE_PRODUCT(JOIN(narrow_, NAME), 1, ROW, TERM)                                                                               \
  TILE_PRODUCT(JOIN(wide_, NAME), 2, ROW, TERM)                                                                                 \
  static void NAME(const REAL *c, __global const REAL *restrict x, int kp, int width, __global REAL *g, int fresh) {            \
    for (int b = 0; b < kp; b += COLUMNS)                                                                                       \
      if (b + LANES < kp) JOIN(wide_, NAME)(c, x + b, kp, width, g + b, fresh);                                                 \
      else JOIN(narrow_, NAME)(c, x + b, kp, width, g + b, fresh);                                                              \
  }
PRODUCT(tile_by_columns, 1, COLUMNS)

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
        for (int l = j + BANK; l < min(end, j + 2 * BANK); l += LANES) FETCH(s + (size_t)r * m + l);
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

/* sums of the lanes of LANES vectors */
static V sums(const V *x) {
  V r[LANES], total = (V)(0);
  UNROLL for (int l = 0; l < LANES; l++) r[l] = x[l];
  transpose(r);
  UNROLL for (int l = 0; l < LANES; l++) total += r[l];
  return total;
}

/* c (width, COLUMNS) of the rows of x from `first` and the panel's block of them. s and w have the order (row, block), `step` and `across` apart, c and back
 * hold s and w of the order (block, row). Adds the block's terms to own and returns the rows' in rows, a vector for each. */
INLINE static void coefficients(__global const REAL *restrict x, __global const REAL *s, int step, __global const REAL *w, int across,
                         __global const REAL *panel, __global REAL *c, __global const REAL *back, int first, int width, int n, int k, int kp,
                         REAL kappa, V *own, V *rows) {
  const int count = MOST;
  REAL tile[ROWS * COLUMNS] __attribute__((aligned(64)));
  for (int i = 0; i < width; i += ROWS) {
    theta(x, first + i, n, k, kp, panel, kappa, tile);
    for (int r = 0; r < ROWS; r += 2) {
      V t[MOST], e[MOST], plus[MOST];
      EACH t[q] = AT(tile + r * COLUMNS + q * LANES);
      EACH plus[q] = fabs(t[q]);
      exps_negative(MOST, plus, e);
      log1p_units(MOST, e, plus);
      EACH e[q] = sigma(t[q], e[q]);
      EACH plus[q] += positive(t[q]);
      EACH {
        const int at = i + r + q / 2, h = q % 2;
        if (at >= width) break;
        __global REAL *to = c + at * COLUMNS + h * LANES;
        const V sij = LOAD(s + (size_t)at * step + h * LANES), sji = GLOBAL_AT(to);
        const V wij = LOAD(w + (size_t)at * across + h * LANES), wji = GLOBAL_AT(back + at * COLUMNS + h * LANES);
        const V term = wij * fma(-sij, t[q], plus[q]);
        own[h] = fma(wji, fma(-sji, t[q], plus[q]), own[h]);
        rows[at] = h ? rows[at] + term : term;
        GLOBAL_AT(to) = kappa * fma(wij, e[q] - sij, wji * (e[q] - sji));
      }
    }
  }
}

/* `width` rows of `count` elements, `stride` apart, with zeros behind: to (width, COLUMNS) */
static void pad(__global const REAL *restrict x, int width, int count, int stride, __global REAL *restrict to) {
  for (int i = 0; i < width; i++)
    for (int l = 0; l < COLUMNS; l++) to[i * COLUMNS + l] = l < count ? x[(size_t)i * stride + l] : (REAL)0;
}

/* g of ROWS rows, from the e-th of a block: of c the rows in the blocks before it, then its own columns */
#define GRADIENT(NAME, VECTORS)                                                                                                 \
  static void NAME(__global const REAL *c, __global const REAL *restrict x, __global REAL *restrict g, int block, int e, int n, int np,\
                   int kp, int k, int width) {                                                                                  \
    const int begin = block * COLUMNS;                                                                                          \
    V sum[ROWS][VECTORS];                                                                                                       \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int h = 0; h < VECTORS; h++) sum[r][h] = (V)(0);                          \
    for (int before = 0; before < block; before++) {                                                                            \
      __global const REAL *row = c + ((size_t)before * np + begin + e) * COLUMNS;                                               \
      for (int l = 0; l < COLUMNS; l++, row++, x += kp) ADD_PRODUCTS(VECTORS, row, COLUMNS)                                     \
    }                                                                                                                           \
    c += ((size_t)block * np + begin) * COLUMNS + e;                                                                            \
    for (int l = begin; l < n; l++, c += COLUMNS, x += kp) ADD_PRODUCTS(VECTORS, c, 1)                                          \
    UNROLL for (int r = 0; r < ROWS; r++)                                                                                       \
        UNROLL for (int h = 0; h < VECTORS; h++)                                                                                \
            if (begin + e + r < n) store_part(sum[r][h], g + (size_t)(begin + e + r) * k + h * LANES, width - h * LANES);       \
  }
GRADIENT(narrow_gradient, 1)
GRADIENT(wide_gradient, 2)

/* sum of y (n) in the order of rows_sum (reduction.cl) */
static REAL sum_of(__global const REAL *y, int n) {
  V sum = (V)(0), other = (V)(0);
  int i = 0;
  for (; i + COLUMNS <= n; i += COLUMNS) {
    sum += LOAD(y + i);
    other += LOAD(y + i + LANES);
  }
  REAL lane[LANES];
  STORE(sum + other, lane);
  for (int h = LANES / 2; h > 0; h /= 2)
    for (int l = 0; l < h; l++) lane[l] += lane[l + h];
  for (; i < n; i++) lane[0] += y[i];
  return lane[0];
}

__kernel void pairwise_within(__global const REAL *restrict x, __global const REAL *restrict s, __global const REAL *restrict w,
                              __global REAL *restrict pack, __global REAL *c, __global REAL *terms, volatile __global int *progress,
                              __global REAL *y, __global REAL *total, __global REAL *restrict g, int n, int k, int kp, int np,
                              int uniform, REAL kappa) {
  const int blocks = np / COLUMNS, tiles = blocks * (blocks + 1) / 2, tasks = tiles + (n + LANES - 1) / LANES;
  __global REAL *panel = pack + get_global_id(0) * (k + 3 * COLUMNS) * COLUMNS, *back = panel + k * COLUMNS;
  __global REAL *edge = back + COLUMNS * COLUMNS, *wEdge = edge + COLUMNS * COLUMNS;
  volatile __global int *done = progress + 2; /* tiles of an own block */
  int own = 0, begin = 0, packed = -1, ready = 0;
  for (int l = 0; uniform && l < COLUMNS * COLUMNS; l += LANES) GLOBAL_AT(back + l) = (V)(w[0]);
  for (int task = atomic_inc(progress); task < tasks; task = atomic_inc(progress)) {
    if (task < tiles) {
      for (; task >= begin + blocks - own; own++) begin += blocks - own;
      const int j = own * COLUMNS, count = min(COLUMNS, n - j), first = (own + task - begin) * COLUMNS, width = min(COLUMNS, n - first);
      __global REAL *tile = c + ((size_t)own * np + first) * COLUMNS;
      V sum[2] = {(V)(0), (V)(0)}, rows[COLUMNS];
      if (packed != own) pack_columns(x + (size_t)j * kp, count, k, kp, COLUMNS, panel);
      packed = own;
      pack_columns(s + (size_t)j * n + first, count, width, n, COLUMNS, tile);
      if (!uniform) pack_columns(w + (size_t)j * n + first, count, width, n, COLUMNS, back);
      if (count < COLUMNS) {
        pad(s + (size_t)first * n + j, width, count, n, edge);
        if (!uniform) pad(w + (size_t)first * n + j, width, count, n, wEdge);
      }
      __global const REAL *si = count < COLUMNS ? edge : s + (size_t)first * n + j;
      __global const REAL *wi = uniform ? back : count < COLUMNS ? wEdge : w + (size_t)first * n + j;
      const int step = count < COLUMNS ? COLUMNS : n;
      coefficients(x, si, step, wi, uniform ? COLUMNS : step, panel, tile, back, first, width, n, k, kp, kappa, sum, rows);
      for (int h = 0; h < 2; h++) {
        GLOBAL_AT(terms + (size_t)(first / COLUMNS) * np + j + h * LANES) = sum[h];
        if (first > j) GLOBAL_AT(terms + (size_t)own * np + first + h * LANES) = sums(rows + h * LANES);
      }
      mem_fence(CLK_GLOBAL_MEM_FENCE);
      atomic_inc(done + own);
    } else {
      const int first = (task - tiles) * LANES, block = first / COLUMNS;
      for (; ready <= block; ready++)
        while (atomic_add(done + ready, 0) < blocks - ready);
      mem_fence(CLK_GLOBAL_MEM_FENCE);
      V sum = LOAD(terms + first);
      for (int z = 1; z < blocks; z++) sum += LOAD(terms + (size_t)z * np + first);
      store_part(sum, y + first, n - first);
      for (int b = 0; b < k; b += COLUMNS)
        for (int e = first % COLUMNS; e < first % COLUMNS + LANES; e += ROWS)
          if (b + LANES < k) wide_gradient(c, x + b, g + b, block, e, n, np, kp, k, k - b);
          else narrow_gradient(c, x + b, g + b, block, e, n, np, kp, k, k - b);
    }
  }
  mem_fence(CLK_GLOBAL_MEM_FENCE);
  if (atomic_inc(progress + 1) + 1 < (int)get_global_size(0)) return;
  mem_fence(CLK_GLOBAL_MEM_FENCE);
  total[0] = sum_of(y, n);
  for (int z = 0; z < 2 + blocks; z++) progress[z] = 0;
}
