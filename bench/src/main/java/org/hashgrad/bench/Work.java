package org.hashgrad.bench;

import org.openjdk.jmh.infra.BenchmarkParams;

/** How many floating-point operations one invocation of a benchmark is; 0 where that is not what bounds it. */
final class Work {
    private Work() {}

    static double flops(BenchmarkParams params) {
        String name = params.getBenchmark();
        if (name.contains(MatmulBenchmark.class.getSimpleName())) {
            return MatmulBenchmark.flops(params.getParam("size"), params.getParam("calls"));
        }
        return name.contains(ConvolutionBenchmark.class.getSimpleName())
                ? ConvLayer.parse(params.getParam("layer")).flops() * Integer.parseInt(params.getParam("calls"))
                : 0;
    }
}
