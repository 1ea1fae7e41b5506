package org.hashgrad.kernels.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.hashgrad.tensor.PoolGeometry;
import org.hashgrad.tensor.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Launches of more work-groups than a card has room for along the second and third axis. */
class KernelTest extends OnDevice {
    private static final int MANY = 65_535 + 2;

    @Test
    void piecesOfALaunchHaveRoomAndCoverEveryItemOnce() {
        long[] global = {6, 14, 5};
        long[] local = {3, 2, 1};
        int[][][] times = new int[6][14][5];
        List<Long> groups = new ArrayList<>();
        Kernel.cut(new long[3], global, local, 3, (offset, part) -> {
            groups.add(part[1] / local[1]);
            groups.add(part[2] / local[2]);
            for (int x = 0; x < part[0]; x++) {
                for (int y = 0; y < part[1]; y++) {
                    for (int z = 0; z < part[2]; z++) {
                        times[(int) offset[0] + x][(int) offset[1] + y][(int) offset[2] + z]++;
                    }
                }
            }
        });
        assertEquals(2 * 3 * 2, groups.size(), "three pieces of 3, 3 and 1 groups, each in two of 3 and 2");
        assertTrue(groups.stream().allMatch(count -> count <= 3), () -> "groups of the pieces: " + groups);
        for (int[][] plane : times) {
            for (int[] row : plane) {
                for (int count : row) {
                    assertEquals(1, count);
                }
            }
        }
    }

    @Test
    void aLaunchWithRoomIsNotCut() {
        List<long[]> pieces = new ArrayList<>();
        Kernel.cut(
                new long[2],
                new long[] {1L << 40, 65_535},
                new long[] {1, 1},
                65_535,
                (offset, part) -> pieces.add(part));
        assertEquals(1, pieces.size());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void resultsBeyondTheGroupsOfOneLaunchAreThere(Precision precision) {
        assertMultilinear(precision, 2, one(in -> in.on().sum(in.x(0), 1)), draw(MANY, 2, 3));
        PoolGeometry pair = new PoolGeometry(1, 2, 1, 2, 0, 0, false);
        assertMultilinear(precision, 2, one(in -> in.on().averagePool(in.x(0), pair)), draw(MANY, 1, 1, 2));
    }
}
