package org.hashgrad.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.stream.Stream;

/** Where a table was made. */
final class Machine {
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** Date, processor, cores, JVM, {@code device} and the load when asked: other work on the machine makes figures worthless. */
    static String line(String device) {
        return String.format(
                Locale.ROOT,
                "%s, %s, %d processors, Java %s, %s, load %.2f",
                LocalDate.now(ZoneId.systemDefault()),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vm.version"),
                device,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        if (Files.isReadable(PROCESSOR)) {
            try (Stream<String> lines = Files.lines(PROCESSOR)) {
                String model = field(lines, "model name");
                if (!model.isEmpty()) {
                    return model;
                }
            } catch (IOException e) {
                return System.getProperty("os.arch");
            }
        }
        return System.getProperty("os.arch");
    }

    private static String field(Stream<String> lines, String key) {
        return lines.filter(line -> line.startsWith(key))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("");
    }
}
