package org.hashgrad.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import java.util.List;
import org.hashgrad.bench.Peer;

/** netlib: products by the system's BLAS where there is one, else by its own Java. */
public final class NetlibPeer implements Peer {
    @Override
    public String name() {
        return "netlib";
    }

    @Override
    public List<String> benchmarks() {
        return List.of("Matmul");
    }

    @Override
    public Call matmul(float[] a, float[] b, int m, int k, int n, boolean transposeA, boolean transposeB) {
        BLAS blas = BLAS.getInstance();
        float[] c = new float[m * n];
        return new Call() {
            @Override
            public Object run() {
                // cᵀ = bᵀ aᵀ, as BLAS stores by columns.
                blas.sgemm(
                        transposeB ? "T" : "N",
                        transposeA ? "T" : "N",
                        n,
                        m,
                        k,
                        1,
                        b,
                        transposeB ? k : n,
                        a,
                        transposeA ? m : k,
                        0,
                        c,
                        n);
                return c;
            }

            @Override
            public List<float[]> results() {
                run();
                return List.of(c.clone());
            }
        };
    }
}
