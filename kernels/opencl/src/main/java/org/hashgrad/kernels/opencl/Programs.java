package org.hashgrad.kernels.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hashgrad.tensor.Precision;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_kernel;
import org.jocl.cl_program;

/** Builds each (file, defines) once for one device and precision, and creates each kernel of it once. */
final class Programs implements AutoCloseable {
    private final OpenClDevice device;
    private final Handle<cl_context> context;
    private final Handle<cl_command_queue> queue;
    private final DeviceMemory memory;
    private final Timeline timeline;
    private final Precision precision;
    private final Family family;
    private final Limits limits;
    private final Map<String, Handle<cl_program>> programs = new HashMap<>();
    private final Map<String, Kernel> kernels = new HashMap<>();
    private int builds;

    Programs(
            OpenClDevice device,
            Handle<cl_context> context,
            Handle<cl_command_queue> queue,
            DeviceMemory memory,
            Timeline timeline,
            Precision precision,
            Family family,
            Limits limits) {
        this.device = device;
        this.context = context;
        this.queue = queue;
        this.memory = memory;
        this.timeline = timeline;
        this.precision = precision;
        this.family = family;
        this.limits = limits;
    }

    /** Programs built so far. */
    int builds() {
        return builds;
    }

    /** Launches so far by kernel, equal names of several files or defines together. */
    SortedMap<String, Long> launches() {
        SortedMap<String, Long> byName = new TreeMap<>();
        kernels.values().forEach(kernel -> byName.merge(kernel.name(), kernel.launches(), Long::sum));
        return byName;
    }

    /** @param defines extra compiler options, for example {@code -D KC=256}; empty for none */
    Kernel kernel(String file, String name, String defines) {
        String key = file + ":" + name + " " + defines;
        Kernel known = kernels.get(key);
        if (known == null) {
            cl_program program = programs.computeIfAbsent(file + " " + defines, k -> build(file, source(file), defines))
                    .get();
            int[] code = new int[1];
            cl_kernel made = CL.clCreateKernel(program, name, code);
            OpenClException.check(code[0], "clCreateKernel " + name + " of " + file);
            known = new Kernel(
                    new Handle<>("kernel " + name, made, CL::clReleaseKernel),
                    name,
                    queue,
                    memory,
                    timeline,
                    device,
                    precision,
                    family,
                    limits);
            kernels.put(key, known);
        }
        return known;
    }

    private static String source(String file) {
        try (InputStream in = Programs.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("build: no kernel source " + file + " beside " + Programs.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("build: can't read kernel source " + file, e);
        }
    }

    /** @throws KernelBuildException with the compiler's log */
    Handle<cl_program> build(String file, String source, String defines) {
        int[] code = new int[1];
        cl_program created = CL.clCreateProgramWithSource(context.get(), 1, new String[] {source}, null, code);
        OpenClException.check(code[0], "clCreateProgramWithSource of " + file);
        Handle<cl_program> program = new Handle<>("program " + file, created, CL::clReleaseProgram);
        String options = (common() + " " + defines).strip();
        builds++;
        int built = CL.clBuildProgram(created, 1, new cl_device_id[] {device.id()}, options, null, null);
        if (built != CL.CL_SUCCESS) {
            String log = log(created);
            program.close();
            throw new KernelBuildException(file, options, device.name(), log, built);
        }
        return program;
    }

    private String common() {
        String shared = "-cl-std=CL1.2 -D LANES=" + family.lanes(precision);
        if (precision == Precision.F64) {
            return shared + " -D REAL=double";
        }
        return shared + " -D REAL=float -cl-single-precision-constant"
                + (device.exactDivision() ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    }

    private String log(cl_program program) {
        long[] size = new long[1];
        CL.clGetProgramBuildInfo(program, device.id(), CL.CL_PROGRAM_BUILD_LOG, 0, null, size);
        byte[] bytes = new byte[(int) size[0]];
        CL.clGetProgramBuildInfo(program, device.id(), CL.CL_PROGRAM_BUILD_LOG, bytes.length, Pointer.to(bytes), null);
        return new String(bytes, StandardCharsets.UTF_8).replace("\0", "");
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(kernels.values());
        all.addAll(programs.values());
        kernels.clear();
        programs.clear();
        Handle.closeAll(all);
    }
}
