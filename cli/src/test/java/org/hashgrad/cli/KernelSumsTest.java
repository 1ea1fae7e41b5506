package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Objects;
import org.hashgrad.tensor.Launch;
import org.junit.jupiter.api.Test;

class KernelSumsTest {
    private final KernelSums sums = new KernelSums();

    private void ran(String primitive, String kernel, double flops, long nanos) {
        sums.add(new Launch("", false, primitive, kernel, flops, 8, 0, nanos));
    }

    private Launches of(String primitive, String kernel) {
        return Objects.requireNonNull(
                sums.sums().getOrDefault(primitive, Map.of()).get(kernel));
    }

    private double flops(String primitive, String kernel) {
        return of(primitive, kernel).flops();
    }

    @Test
    void theWorkOfAnOperationIsThatOfItsLongestKernelAndNotOfItsFirst() {
        ran("conv2d", "pack", 100, 1);
        ran("conv2d", "convolve", 0, 9);
        assertEquals(0, flops("conv2d", "pack"));
        assertEquals(100, flops("conv2d", "convolve"));
    }

    @Test
    void operationsByOtherKernelsKeepTheirWorkApart() {
        ran("conv2d", "pack", 100, 1);
        ran("conv2d", "convolve", 0, 9);
        ran("conv2d", "transform", 50, 1);
        ran("conv2d", "winograd", 0, 3);
        ran("matmul", "gemm", 7, 2);
        assertEquals(100, flops("conv2d", "convolve"));
        assertEquals(50, flops("conv2d", "winograd"));
        assertEquals(7, flops("matmul", "gemm"));
    }

    @Test
    void oneLateLaunchOfAHelperDoesNotTakeTheWorkOfItsOperation() {
        ran("matmul", "pack", 100, 1);
        ran("matmul", "gemm", 0, 90);
        ran("matmul", "pack", 100, 60);
        ran("matmul", "gemm", 0, 30);
        assertEquals(0, flops("matmul", "pack"));
        assertEquals(200, flops("matmul", "gemm"));
    }

    @Test
    void launchesTimesAndBytesStayWithTheirKernels() {
        ran("matmul", "pack", 100, 1);
        ran("matmul", "gemm", 0, 90);
        ran("relu", "relu", 0, 5);
        ran("matmul", "gemm", 100, 80);
        Launches gemm = of("matmul", "gemm");
        assertEquals(2, gemm.count());
        assertEquals(170, gemm.nanos());
        assertEquals(16, gemm.bytes());
        assertEquals(200, gemm.flops());
        assertEquals(1, of("matmul", "pack").nanos());
        assertEquals(5, of("relu", "relu").nanos());
    }
}
