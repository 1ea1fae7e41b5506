/* The processor's popcount peak: words of 64 bits per second in registers and first cache, on all threads of OpenMP.
 * cc -O3 -march=native -mprefer-vector-width=512 -fopenmp popcount.c */
#include <omp.h>
#include <stdio.h>
#define LANES 128
int main(void) {
    long rounds = 20000000L;
    double best = 0;
    for (int repeat = 0; repeat < 100; repeat++) {
        double start = omp_get_wtime();
        unsigned long total = 0;
        #pragma omp parallel reduction(+ : total)
        {
            unsigned long x[LANES], sum[LANES];
            for (int i = 0; i < LANES; i++) { x[i] = i * 0x9E3779B97F4A7C15UL; sum[i] = 0; }
            for (long r = 0; r < rounds / LANES * 8; r++) {
                for (int i = 0; i < LANES; i++) sum[i] += __builtin_popcountl(x[i] ^ r);
            }
            for (int i = 0; i < LANES; i++) total += sum[i];
        }
        double rate = omp_get_max_threads() * (rounds / LANES * 8) * (double) LANES / (omp_get_wtime() - start);
        if (rate > best && total) best = rate;
    }
    printf("%.4g\n", best);
}
