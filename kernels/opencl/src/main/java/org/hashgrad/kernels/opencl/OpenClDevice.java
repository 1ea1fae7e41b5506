package org.hashgrad.kernels.opencl;

import java.util.List;
import org.hashgrad.tensor.Device;
import org.hashgrad.tensor.Precision;
import org.jocl.cl_device_id;

/**
 * What the probe read about one device.
 *
 * @param driver platform name and version
 * @param fp64 whether it computes in double precision
 * @param exactDivision whether single precision division and square root can be asked to round correctly
 * @param globalBytes memory of the device at the time of the probe
 * @param largestBuffer bytes of the largest single buffer
 * @param localBytes local memory of a work-group
 * @param largestGroup work-items in the largest work-group
 * @param problem why it can't be used, empty when it can
 */
record OpenClDevice(
        cl_device_id id,
        String name,
        Device.Kind kind,
        String driver,
        boolean fp64,
        boolean exactDivision,
        long globalBytes,
        long largestBuffer,
        long localBytes,
        long largestGroup,
        int computeUnits,
        String problem) {
    private static final String REMEDY =
            "update or repair the driver, clinfo shows what it reports; or choose another device";

    static OpenClDevice unusable(String name, Device.Kind kind, String driver, String problem) {
        return new OpenClDevice(new cl_device_id(), name, kind, driver, false, false, 0, 0, 0, 0, 0, problem);
    }

    OpenClDevice withName(String other) {
        return new OpenClDevice(
                id,
                other,
                kind,
                driver,
                fp64,
                exactDivision,
                globalBytes,
                largestBuffer,
                localBytes,
                largestGroup,
                computeUnits,
                problem);
    }

    OpenClDevice withUnits(cl_device_id part, int units) {
        return new OpenClDevice(
                part,
                name,
                kind,
                driver,
                fp64,
                exactDivision,
                globalBytes,
                largestBuffer,
                localBytes,
                largestGroup,
                units,
                problem);
    }

    boolean isCpu() {
        return kind == Device.Kind.CPU;
    }

    /** The row that users see. */
    Device row() {
        if (!problem.isEmpty()) {
            return new Device(OpenClProvider.NAME, name, kind, driver, List.of(), problem, REMEDY);
        }
        List<Precision> precisions = fp64 ? List.of(Precision.F32, Precision.F64) : List.of(Precision.F32);
        return new Device(OpenClProvider.NAME, name, kind, driver, precisions, "", "");
    }
}
