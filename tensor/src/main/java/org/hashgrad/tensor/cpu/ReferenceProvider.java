package org.hashgrad.tensor.cpu;

import java.util.List;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.BackendProvider;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;

/** Offers the {@link ReferenceBackend}, everywhere. */
public final class ReferenceProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public List<Device> devices() {
        return List.of(new Device("reference", "java", Device.Kind.CPU, "", List.of(Precision.F64), "", ""));
    }

    @Override
    public Backend open(Device device, Precision precision, int threads) {
        return new ReferenceBackend();
    }
}
