package org.hashgrad.nn;

import java.util.function.Function;
import java.util.stream.Stream;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayerGradientsTest extends OnReference {
    private static final Initializer WEIGHTS = Initializer.gaussian(0.5);
    private static final Shape IMAGES = Shape.of(3, 4, 5, 5);
    private static final Shape ROWS = Shape.of(5, 4);

    static Stream<Arguments> layers() {
        ConvGeometry grouped = new ConvGeometry(2, 1, 1, 1, 2);
        PoolGeometry pool = PoolGeometry.of(3, 2, true);
        return Stream.of(
                row("linear", ROWS, at -> new Linear(at, 4, 3, WEIGHTS)),
                row("linear tanh", ROWS, at -> new Linear(at, 4, 3, WEIGHTS, WEIGHTS, Activation.TANH)),
                row("linear relu", ROWS, at -> new Linear(at, 4, 3, WEIGHTS, WEIGHTS, Activation.RELU)),
                row("conv2d", IMAGES, at -> new Conv2d(at, 4, 2, 3, ConvGeometry.of(1, 1), WEIGHTS)),
                row(
                        "conv2d grouped, relu",
                        IMAGES,
                        at -> new Conv2d(at, 4, 2, 3, grouped, WEIGHTS, WEIGHTS, Activation.RELU)),
                row("batch norm of rows", ROWS, at -> new BatchNorm(at, 4)),
                row("batch norm of images", IMAGES, at -> new BatchNorm(at, 4)),
                row("batch norm and tanh of images", IMAGES, at -> new BatchNorm(at, 4, Activation.TANH)),
                row("dropout", IMAGES, at -> new Dropout(0.3)),
                row("max pool", IMAGES, at -> new MaxPool2d(pool)),
                row("average pool", IMAGES, at -> new AvgPool2d(pool)),
                row("local response norm", IMAGES, at -> new LocalResponseNorm(3, 0.6, 0.75, 1)),
                row("relu", ROWS, at -> new Relu()),
                row("tanh", ROWS, at -> new Tanh()),
                row("sigmoid", ROWS, at -> new Sigmoid()),
                row("flatten", IMAGES, at -> new Flatten()),
                row("residual block", IMAGES, at -> new ResidualBlock(at, 4, 4, 1)),
                row("residual block with projection", IMAGES, at -> new ResidualBlock(at, 4, 3, 2)),
                row(
                        "sequence",
                        IMAGES,
                        at -> new Sequential(
                                new Conv2d(at.at("0"), 4, 3, 3, ConvGeometry.of(1, 0), WEIGHTS),
                                new BatchNorm(at.at("1"), 3),
                                new Tanh(),
                                new Flatten(),
                                new Linear(at.at("2"), 27, 2, WEIGHTS))));
    }

    private static Arguments row(String name, Shape shape, Function<Blueprint, Module> layer) {
        return Arguments.of(name, shape, layer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void gradientMatchesCentralDifferences(String name, Shape shape, Function<Blueprint, Module> layer) {
        try (Module module = layer.apply(root())) {
            new CentralDifference(backend, module, shape).check();
        }
    }
}
