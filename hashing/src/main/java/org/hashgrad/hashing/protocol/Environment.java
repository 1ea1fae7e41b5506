package org.hashgrad.hashing.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.hashgrad.tensor.Backend;
import org.hashgrad.tensor.Device;

/**
 * Where a run happened, as far as its figures may depend on it. The commit is that of the system property {@code hashgrad.commit},
 * {@code unknown} without.
 */
public record Environment(
        String backend,
        String precision,
        String winograd,
        String device,
        String driver,
        int threads,
        Map<String, String> versions) {
    /** @param threads host threads or compute units asked for; 0 = all */
    public static Environment of(Backend backend, Device device, int threads) {
        Map<String, String> versions = new LinkedHashMap<>();
        String own = Environment.class.getPackage().getImplementationVersion();
        versions.put("hashgrad", own == null ? "development" : own);
        versions.put("commit", System.getProperty("hashgrad.commit", "unknown"));
        versions.put("java", System.getProperty("java.version"));
        versions.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        versions.put(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        int used = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        return new Environment(
                backend.name(),
                backend.precision().name(),
                backend.winograd().name(),
                device.name(),
                device.driver(),
                used,
                versions);
    }

    /** As it stands in {@code environment.json}. */
    Map<String, Object> toMap(long seed) {
        Map<String, Object> map = new LinkedHashMap<>(versions);
        map.put("backend", backend);
        map.put("precision", precision);
        map.put("winograd", winograd);
        map.put("device", device);
        map.put("driver", driver);
        map.put("threads", threads);
        map.put("seed", seed);
        return map;
    }
}
