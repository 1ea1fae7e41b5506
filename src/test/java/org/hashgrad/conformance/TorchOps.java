package org.hashgrad.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hashgrad.autograd.Order;
import org.hashgrad.autograd.Parameter;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.autograd.op.Convolution;
import org.hashgrad.autograd.op.Fused;
import org.hashgrad.autograd.op.Pooling;
import org.hashgrad.nn.Adam;
import org.hashgrad.nn.BatchNorm;
import org.hashgrad.nn.Blueprint;
import org.hashgrad.nn.Optimizer;
import org.hashgrad.nn.RmsProp;
import org.hashgrad.nn.Sgd;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BiasActivation;
import org.hashgrad.tensor.ConvGeometry;
import org.hashgrad.tensor.LocalResponseNormalization;
import org.hashgrad.tensor.LogSoftmax;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.RandomKey;
import org.hashgrad.tensor.Shape;

/** One case of {@code torch_ops.json}, and the same in hashgrad. */
record TorchOps(String name, String op, JsonNode attributes, JsonNode inputs, JsonNode outputs) {
    static List<TorchOps> all() throws IOException {
        JsonNode root = new ObjectMapper()
                .readTree(TorchTrace.FOLDER.resolve("torch_ops.json").toFile());
        List<TorchOps> all = new ArrayList<>();
        for (JsonNode c : root.required("cases")) {
            all.add(new TorchOps(
                    c.required("name").asText(),
                    c.required("op").asText(),
                    c.required("attributes"),
                    c.required("inputs"),
                    c.required("outputs")));
        }
        return all;
    }

    /** Whether hashgrad has this form: average pools count the padding, RMSprop has no momentum. */
    boolean offered() {
        return switch (op) {
            case "avgPool2d" -> attributes.required("countIncludePad").asBoolean() || number("padding") == 0;
            case "rmsprop" -> real("momentum") == 0;
            default -> true;
        };
    }

    static double[] values(JsonNode array) {
        JsonNode values = array.required("values");
        double[] all = new double[values.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = values.get(i).doubleValue();
        }
        return all;
    }

    private static Shape shape(JsonNode array) {
        JsonNode extents = array.required("shape");
        int[] all = new int[extents.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = extents.get(i).intValue();
        }
        return Shape.of(all);
    }

    private int number(String attribute) {
        return attributes.required(attribute).intValue();
    }

    private double real(String attribute) {
        return attributes.required(attribute).doubleValue();
    }

    private Shape shapeOf(String input) {
        return shape(inputs.required(input));
    }

    private double[] valuesOf(String input) {
        return values(inputs.required(input));
    }

    /** Results under the names of {@link #outputs}. */
    Map<String, double[]> run(Backend on) {
        return switch (op) {
            case "maxPool2d" -> differentiate(on, in -> in.get("x").apply(new Pooling.MaxPool(pool())), "x");
            case "avgPool2d" -> differentiate(on, in -> in.get("x").apply(new Pooling.AveragePool(pool())), "x");
            case "conv2d" ->
                inputs.has("b")
                        ? differentiate(on, this::biasedConvolution, "x", "w", "b")
                        : differentiate(on, this::convolution, "x", "w");
            case "batchNorm" -> batchNorm(on);
            case "localResponseNorm" -> differentiate(on, in -> in.get("x").apply(new Fused(response())), "x");
            case "logSoftmax" -> differentiate(on, this::logSoftmax, "x");
            case "softmax" -> differentiate(on, in -> logSoftmax(in).exp(), "x");
            case "sgd", "rmsprop", "adam" -> Map.of("parameters", optimize(on));
            default -> throw new AssertionError("torch_ops.json: no such op: " + op);
        };
    }

    /** y and the gradients of Σ y dy. */
    private Map<String, double[]> differentiate(
            Backend on, Function<Map<String, Variable>, Variable> function, String... names) {
        try (Pass pass = Pass.train(on, RandomKey.of(0))) {
            Map<String, Variable> arguments = new LinkedHashMap<>();
            for (String argument : names) {
                arguments.put(argument, pass.input(on.tensor(shapeOf(argument), valuesOf(argument))));
            }
            Variable y = function.apply(arguments);
            Variable dy = pass.constant(on.tensor(shapeOf("dy"), valuesOf("dy")));
            List<Variable> gradients = pass.gradients(y.times(dy).sum(), List.copyOf(arguments.values()), Order.FIRST);
            Map<String, double[]> results = new LinkedHashMap<>();
            results.put("y", y.value().toDoubles());
            for (int i = 0; i < names.length; i++) {
                results.put("d" + names[i], gradients.get(i).value().toDoubles());
            }
            return results;
        }
    }

    private PoolGeometry pool() {
        int kernel = number("kernel");
        int stride = number("stride");
        int padding = number("padding");
        return new PoolGeometry(
                kernel,
                kernel,
                stride,
                stride,
                padding,
                padding,
                attributes.required("ceil").asBoolean());
    }

    private Variable convolution(Map<String, Variable> in) {
        int stride = number("stride");
        int padding = number("padding");
        ConvGeometry geometry = new ConvGeometry(stride, stride, padding, padding, number("groups"));
        return in.get("x").apply(new Convolution.Conv2d(geometry), in.get("w"));
    }

    private Variable biasedConvolution(Map<String, Variable> in) {
        return convolution(in).apply(new Fused(new BiasActivation(Activation.IDENTITY)), in.get("b"));
    }

    /** PyTorch divides alpha by the window's size. */
    private LocalResponseNormalization response() {
        int size = number("size");
        return new LocalResponseNormalization((size - 1) / 2, real("alpha") / size, real("beta"), real("k"));
    }

    private Variable logSoftmax(Map<String, Variable> in) {
        boolean byRow = number("axis") == 1;
        Variable x = byRow ? in.get("x") : in.get("x").transposed();
        Variable y = x.apply(new Fused(new LogSoftmax()));
        return byRow ? y : y.transposed();
    }

    /** Evaluation records nothing, so it has no gradients to compare. */
    private Map<String, double[]> batchNorm(Backend on) {
        try (BatchNorm layer =
                new BatchNorm(Blueprint.blank(on), shapeOf("gamma").size())) {
            layer.state().get("weight").assign(valuesOf("gamma"));
            layer.state().get("bias").assign(valuesOf("beta"));
            layer.state().get("running_mean").assign(valuesOf("runningMean"));
            layer.state().get("running_var").assign(valuesOf("runningVar"));
            boolean training = attributes.required("training").asBoolean();
            Map<String, double[]> results = new LinkedHashMap<>();
            try (Pass pass = training ? Pass.train(on, RandomKey.of(0)) : Pass.evaluate(on)) {
                Variable x = pass.input(on.tensor(shapeOf("x"), valuesOf("x")));
                Variable y = layer.forward(pass, x);
                results.put("y", y.value().toDoubles());
                if (training) {
                    Slot gamma = layer.state().get("weight");
                    Slot beta = layer.state().get("bias");
                    Variable dy = pass.constant(on.tensor(shapeOf("dy"), valuesOf("dy")));
                    List<Variable> gradients =
                            pass.gradients(y.times(dy).sum(), List.of(x, pass.of(gamma), pass.of(beta)), Order.FIRST);
                    results.put("dx", gradients.get(0).value().toDoubles());
                    results.put("dgamma", gradients.get(1).value().toDoubles());
                    results.put("dbeta", gradients.get(2).value().toDoubles());
                }
            }
            results.put("runningMean", layer.state().get("running_mean").value().toDoubles());
            results.put("runningVar", layer.state().get("running_var").value().toDoubles());
            return results;
        }
    }

    /** The parameter after each step, with Σ parameter · gradient as the loss. */
    private double[] optimize(Backend on) {
        double[] gradients = valuesOf("gradients");
        int n = shapeOf("parameter").size();
        int steps = gradients.length / n;
        double[] after = new double[gradients.length];
        try (Parameter parameter = new Parameter(on, "p", Shape.of(n), valuesOf("parameter"));
                Optimizer optimizer = optimizer(parameter)) {
            for (int t = 0; t < steps; t++) {
                optimizer.setRate(attributes.required("lr").get(t).doubleValue());
                try (Pass pass = Pass.train(on, RandomKey.of(t))) {
                    double[] gradient = java.util.Arrays.copyOfRange(gradients, t * n, (t + 1) * n);
                    Variable loss = pass.of(parameter)
                            .times(pass.constant(on.tensor(Shape.of(n), gradient)))
                            .sum();
                    optimizer.step(pass.gradients(loss, List.of(parameter)));
                }
                System.arraycopy(parameter.value().toDoubles(), 0, after, t * n, n);
            }
            return after;
        }
    }

    private Optimizer optimizer(Parameter parameter) {
        List<Parameter> only = List.of(parameter);
        double decay = real("weight_decay");
        return switch (op) {
            case "sgd" ->
                new Sgd(
                        only,
                        0,
                        real("momentum"),
                        decay,
                        attributes.required("nesterov").asBoolean());
            case "rmsprop" -> new RmsProp(only, 0, real("alpha"), real("eps"), decay);
            case "adam" -> {
                JsonNode betas = attributes.required("betas");
                yield new Adam(only, 0, betas.get(0).doubleValue(), betas.get(1).doubleValue(), real("eps"), decay);
            }
            default -> throw new AssertionError("torch_ops.json: no such optimiser: " + op);
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
