package org.hashgrad.bench.peers;

import java.util.List;
import java.util.function.Supplier;
import org.hashgrad.bench.ConvLayer;
import org.hashgrad.bench.Peer;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** ND4J with its native backend: products, convolution forward, tanh. */
public final class Nd4jPeer implements Peer {
    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public List<String> benchmarks() {
        return List.of("Matmul", "Convolution", "Tanh");
    }

    private static Call call(Supplier<INDArray> work) {
        return new Call() {
            @Override
            public Object run() {
                return work.get();
            }

            @Override
            public List<float[]> results() {
                return List.of(work.get().dup('c').data().asFloat());
            }
        };
    }

    private static INDArray held(float[] values, long... extents) {
        return Nd4j.create(values, extents, 'c');
    }

    @Override
    public Call matmul(float[] a, float[] b, int m, int k, int n, boolean transposeA, boolean transposeB) {
        INDArray left = transposeA ? held(a, k, m) : held(a, m, k);
        INDArray right = transposeB ? held(b, n, k) : held(b, k, n);
        INDArray c = Nd4j.createUninitialized(new long[] {m, n}, 'f');
        return call(() -> Nd4j.gemm(left, right, c, transposeA, transposeB, 1, 0));
    }

    @Override
    public Call convolution(ConvLayer l, String pass, float[] x, float[] w, float[] gy) {
        if (!pass.equals("forward")) {
            return Peer.super.convolution(l, pass, x, w, gy);
        }
        INDArray image = held(x, l.batch(), l.channels(), l.side(), l.side());
        INDArray filters = held(w, l.outputs(), l.channels(), l.kernel(), l.kernel());
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(l.kernel())
                .kW(l.kernel())
                .sH(l.stride())
                .sW(l.stride())
                .pH(l.padding())
                .pW(l.padding())
                .paddingMode(PaddingMode.VALID)
                .dataFormat(Conv2DConfig.NCHW)
                .weightsFormat(WeightsFormat.OIYX)
                .build();
        return call(() -> Nd4j.cnn().conv2d(image, filters, config));
    }

    @Override
    public Call tanh(float[] x) {
        INDArray given = held(x, x.length);
        return call(() -> Transforms.tanh(given, true));
    }
}
