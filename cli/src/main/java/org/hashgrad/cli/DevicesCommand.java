package org.hashgrad.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hashgrad.tensor.Backends;
import org.hashgrad.tensor.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what there is to compute on. */
@Command(
        name = "devices",
        description =
                "What there is to compute on: every backend, device and precision, usable or why not, and which one --backend auto"
                        + " takes.",
        footerHeading = "%nExample:%n",
        footer = "  hashgrad devices --json",
        mixinStandardHelpOptions = true)
final class DevicesCommand extends Action {
    private static final int DRIVER = 48;

    @Option(names = "--json", description = "Print a JSON list, one object per device.")
    private boolean json;

    @Override
    public Integer call() {
        Backends backends = Backends.installed();
        Backends.Choice automatic = backends.choose(BackendOptions.AUTO, Optional.empty());
        List<Device> devices = backends.devices();
        if (json) {
            List<Map<String, Object>> rows = new ArrayList<>();
            devices.forEach(device -> rows.add(row(device, device.equals(automatic.device()))));
            out().println(Json.pretty(rows));
        } else {
            Table table = new Table("auto", "backend", "device", "kind", "precision", "driver", "status");
            devices.forEach(device -> table.row(
                    device.equals(automatic.device()) ? "*" : "",
                    device.backend(),
                    device.name(),
                    device.kind().name(),
                    precisions(device),
                    shortened(device.driver()),
                    device.usable() ? "usable" : device.problem() + "; " + device.remedy()));
            out().print(table);
            out().println();
            out().println("* taken by --backend auto, in " + automatic.precision() + "; any other: --backend NAME");
        }
        out().flush();
        return ExitCodes.DONE;
    }

    /** The whole text is in the JSON. */
    private static String shortened(String driver) {
        return driver.isEmpty()
                ? "-"
                : driver.length() <= DRIVER
                        ? driver
                        : driver.substring(0, DRIVER).strip() + "...";
    }

    private static String precisions(Device device) {
        return device.precisions().isEmpty()
                ? "-"
                : device.precisions().stream().map(Enum::name).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> row(Device device, boolean automatic) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("backend", device.backend());
        row.put("device", device.name());
        row.put("kind", device.kind().name().toLowerCase(Locale.ROOT));
        row.put("driver", device.driver());
        row.put(
                "precisions",
                device.precisions().stream()
                        .map(p -> p.name().toLowerCase(Locale.ROOT))
                        .toList());
        row.put("usable", device.usable());
        row.put("problem", device.problem());
        row.put("remedy", device.remedy());
        row.put("auto", automatic);
        return row;
    }
}
