package org.hashgrad.nn;

import java.util.List;
import java.util.stream.Stream;
import org.hashgrad.autograd.Pass;
import org.hashgrad.autograd.Slot;
import org.hashgrad.autograd.Variable;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.ConvGeometry;

/**
 * The basic residual block (He et al. 2016): y = relu(F(x) + S(x)), F = conv 3×3 – BN – relu – conv 3×3 – BN, S the identity or, where the
 * shape changes, conv 1×1 – BN. x (N, C, H, W) → (N, O, ⌈H/stride⌉, ⌈W/stride⌉). Slot names are torchvision's: {@code conv1}, {@code bn1},
 * {@code conv2}, {@code bn2}, {@code downsample.0}, {@code downsample.1}.
 */
public final class ResidualBlock extends Module {
    private final Sequential residual;
    private final Sequential shortcut;

    public ResidualBlock(Blueprint at, int inputs, int outputs, int stride) {
        this(
                new Sequential(
                        conv(at.at("conv1"), inputs, outputs, 3, stride),
                        new BatchNorm(at.at("bn1"), outputs, Activation.RELU),
                        conv(at.at("conv2"), outputs, outputs, 3, 1),
                        new BatchNorm(at.at("bn2"), outputs)),
                stride == 1 && inputs == outputs
                        ? new Sequential()
                        : new Sequential(
                                conv(at.at("downsample.0"), inputs, outputs, 1, stride),
                                new BatchNorm(at.at("downsample.1"), outputs)));
    }

    private ResidualBlock(Sequential residual, Sequential shortcut) {
        this.residual = residual;
        this.shortcut = shortcut;
    }

    private static Conv2d conv(Blueprint at, int inputs, int outputs, int kernel, int stride) {
        ConvGeometry geometry = ConvGeometry.of(stride, kernel / 2);
        return new Conv2d(at, inputs, outputs, kernel, geometry, Initializer.kaimingNormal());
    }

    @Override
    public Variable forward(Pass pass, Variable x) {
        Variable f = residual.forward(pass, x);
        Variable s = shortcut.forward(pass, x);
        return pass.contained(() -> f.plus(s).relu());
    }

    @Override
    public List<Slot> slots() {
        return Stream.of(residual, shortcut).flatMap(m -> m.slots().stream()).toList();
    }

    @Override
    public ResidualBlock copyTo(Backend backend) {
        return new ResidualBlock(residual.copyTo(backend), shortcut.copyTo(backend));
    }
}
