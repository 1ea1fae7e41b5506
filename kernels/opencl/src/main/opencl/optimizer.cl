/* optimizer.cl: one step of an optimiser on one parameter, in one pass over memory
 * Math     d = g + decay w
 *          sgd      m' = momentum m + d;  w' = w - rate (nesterov ? d + momentum m' : m')
 *          rms_prop v' = keep v + (1 - keep) d^2;  w' = w - rate d / (sqrt(v') + eps)
 *          adam     m' = b1 m + (1 - b1) d, v' = b2 v + (1 - b2) d^2;  w' = w - rate (m' c1) / (sqrt(v' c2) + eps),
 *                   c1 = 1 / (1 - b1^t), c2 = 1 / (1 - b2^t) from the host                    (oracle: OptimizerUpdate)
 * Shapes   every tensor n elements
 * Work     one work-item per element
 * Launch   global = n rounded up to the local size, local = 256 or the device's maximum
 * Numerics the host passes 1 - keep and so on, computed in double precision
 * Bounds   1 <= n < 2^31
 */
#pragma OPENCL FP_CONTRACT OFF
#ifndef REAL
#define REAL float
#endif

__kernel void sgd(__global const REAL *restrict w, __global const REAL *restrict g, __global const REAL *restrict m,
                  __global REAL *restrict w1, __global REAL *restrict m1, int n, REAL rate, REAL momentum, REAL decay,
                  int nesterov) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const REAL d = g[i] + decay * w[i], fresh = momentum * m[i] + d;
  m1[i] = fresh;
  w1[i] = w[i] - rate * (nesterov ? d + momentum * fresh : fresh);
}

__kernel void rms_prop(__global const REAL *restrict w, __global const REAL *restrict g, __global const REAL *restrict v,
                       __global REAL *restrict w1, __global REAL *restrict v1, int n, REAL rate, REAL keep, REAL blend,
                       REAL epsilon, REAL decay) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const REAL d = g[i] + decay * w[i], fresh = keep * v[i] + blend * (d * d);
  v1[i] = fresh;
  w1[i] = w[i] - rate * (d / (sqrt(fresh) + epsilon));
}

__kernel void adam(__global const REAL *restrict w, __global const REAL *restrict g, __global const REAL *restrict m,
                   __global const REAL *restrict v, __global REAL *restrict w1, __global REAL *restrict m1,
                   __global REAL *restrict v1, int n, REAL rate, REAL keepM, REAL blendM, REAL keepV, REAL blendV, REAL scaleM,
                   REAL scaleV, REAL epsilon, REAL decay) {
  const size_t i = get_global_id(0);
  if (i >= (size_t)n) return;
  const REAL d = g[i] + decay * w[i];
  const REAL mean = keepM * m[i] + blendM * d, square = keepV * v[i] + blendV * (d * d);
  m1[i] = mean;
  v1[i] = square;
  w1[i] = w[i] - rate * (mean * scaleM / (sqrt(square * scaleV) + epsilon));
}
