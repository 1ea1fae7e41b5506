package org.hashgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackendsTest {
    private record Fake(String name, List<Device> devices) implements BackendProvider {
        @Override
        public Backend open(Device device, Precision precision, int threads) {
            throw new BackendException("fake: opens nothing");
        }
    }

    private static Backends with(Device.Kind... kinds) {
        List<Device> devices = java.util.Arrays.stream(kinds)
                .map(kind -> new Device("opencl", "some " + kind, kind, "", List.of(Precision.F32), "", ""))
                .toList();
        return new Backends(List.of(new Fake("opencl", devices)));
    }

    private static Device.Kind chosen(Backends backends, String request) {
        return backends.choose(request, Optional.empty()).device().kind();
    }

    @Test
    void autoTakesAGpuBeforeACpuAndNeverAnotherKindOfDevice() {
        assertEquals(Device.Kind.CPU, chosen(with(Device.Kind.OTHER, Device.Kind.CPU), "auto"));
        assertEquals(Device.Kind.GPU, chosen(with(Device.Kind.OTHER, Device.Kind.CPU, Device.Kind.GPU), "auto"));
        Backends other = with(Device.Kind.OTHER);
        assertThrows(BackendException.class, () -> other.choose("auto", Optional.empty()));
        assertEquals(Device.Kind.OTHER, chosen(other, "opencl"));
    }
}
