/* ceiling.cl: what a device can reach at most, to compare kernels with
 * Math     chains: y_i = sum of twelve values a <- m a + b, taken `steps` times;  stream: y = x             (oracle: the formulas)
 * Shapes   chains: y (items, LANES); stream: x, y (items, run, LANES)
 * Work     chains: twelve independent multiply-adds of a vector per step, all in registers: more than latency times issue width asks for
 *          stream: item i moves `run` vectors; on a CPU they follow one another, elsewhere those of neighbouring items do
 *
 *            CPU  | item 0: 0 1 2 ... run-1 | item 1: run ... |        step = 1,     start = run
 *            GPU  | 0: item 0 | 1: item 1 | ... | items: item 0 |     step = items, start = 1
 *
 * Launch   global = items, local 1 on a CPU
 * Numerics explicit fma; nothing is left out, as every chain is added into y
 * Bounds   items, steps, run >= 1; y of stream has items * run * LANES elements
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
#define STEP(a) a = fma(a, m, b)

__kernel void chains(__global REAL *restrict y, int items, int steps, REAL factor, REAL shift) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)items) return;
  const V m = (V)(factor), b = (V)(shift);
  V a0 = (V)(0), a1 = (V)(1), a2 = (V)(2), a3 = (V)(3), a4 = (V)(4), a5 = (V)(5);
  V a6 = (V)(6), a7 = (V)(7), a8 = (V)(8), a9 = (V)(9), a10 = (V)(10), a11 = (V)(11);
  for (int step = 0; step < steps; step++) {
    STEP(a0); STEP(a1); STEP(a2); STEP(a3); STEP(a4); STEP(a5);
    STEP(a6); STEP(a7); STEP(a8); STEP(a9); STEP(a10); STEP(a11);
  }
  STORE(((a0 + a1) + (a2 + a3)) + ((a4 + a5) + (a6 + a7)) + ((a8 + a9) + (a10 + a11)), y + i * LANES);
}

__kernel void stream(__global const REAL *restrict x, __global REAL *restrict y, int items, int run, int start, int step) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)items) return;
  for (size_t r = 0; r < (size_t)run; r++) {
    const size_t at = (i * start + r * step) * LANES;
    STORE(LOAD(x + at), y + at);
  }
}
