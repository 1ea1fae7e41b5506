package org.hashgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

class MainTest {
    /** Made before any test, one of which asks for more. */
    private static final Logger LOG = LoggerFactory.getLogger("org.hashgrad");

    /** Every command but picocli's own {@code help}. */
    static List<String> commands() {
        return Stream.of(Main.class.getAnnotation(Command.class).subcommands())
                .map(type -> type.getAnnotation(Command.class).name())
                .filter(name -> !name.equals("help"))
                .toList();
    }

    @Test
    void readmeListsTheCommandsInTheOrderOfTheHelp() throws IOException {
        String readme = Files.readString(Path.of("../README.md")).replaceAll("\\s+", " ");
        String list = commands().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        assertTrue(readme.contains("`./hashgrad help` lists the commands: " + list + "."), list);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpOfEachCommandTeachesWithAnExample(String command) {
        Called.with(command, "--help")
                .endsWith(0)
                .saying("Usage: hashgrad " + command, "Example", "  hashgrad " + command, "--debug");
    }

    @Test
    void helpListsTheExitCodes() {
        Called.with("--help").endsWith(0).saying("Exit codes: 0 done; 1 ", "2 wrong usage");
    }

    @Test
    void withoutACommandTheUsageIsPrintedAndNothingElse() {
        Called called = Called.with().endsWith(2);
        assertEquals("", called.out());
        assertTrue(called.err().contains("hashgrad demo"));
    }

    @Test
    void versionNamesCommitAndJava() {
        Called.with("--version").endsWith(0).saying("hashgrad ", "commit ", "Java ");
    }

    @Test
    void unknownOptionNamesTheNearest() {
        Called.with("devices", "--jsn").endsWith(2).withOneLine("--jsn", "did you mean --json?", "devices --help");
    }

    @Test
    void unknownCommandNamesTheNearest() {
        Called.with("trian").endsWith(2).withOneLine("trian", "did you mean", "train");
    }

    @Test
    void debugShowsTheTraceOfAnError() {
        Called called;
        try {
            called = Called.with("--debug", "train", "no-such.yaml").endsWith(2);
        } finally {
            System.clearProperty(Main.LOG_LEVEL);
        }
        assertTrue(called.err().contains("\tat org.hashgrad"), called::err);
        assertTrue(called.err().contains("hashgrad: config: no-such.yaml: no such file"), called::err);
    }

    @Test
    void logIsQuietButForWarnings() {
        assertTrue(LOG.isWarnEnabled());
        assertFalse(LOG.isInfoEnabled());
    }

    @Test
    void devicesMarksTheOneThatAutoTakes() throws IOException {
        Called.with("devices").endsWith(0).saying("reference", "cpu", "* taken by --backend auto");
        JsonNode list = new ObjectMapper()
                .readTree(Called.with("devices", "--json").endsWith(0).out());
        int automatic = 0;
        for (JsonNode device : list) {
            automatic += device.get("auto").asBoolean() ? 1 : 0;
            assertTrue(device.get("usable").asBoolean()
                    || !device.get("problem").asText().isEmpty());
        }
        assertTrue(list.size() >= 2);
        assertEquals(1, automatic);
    }

    @Test
    void benchWithoutItsJarSaysHowToBuildIt(@TempDir Path home) {
        withHome(home, () -> Called.with("bench").endsWith(2).withOneLine("benchmarks.jar", "mvn -q -pl bench"));
    }

    @Test
    void benchEndsAsItsProcessDoesAndHandsJmhItsOptions(@TempDir Path home) throws IOException {
        Path target = Files.createDirectories(home.resolve("bench/target"));
        jarOf(ExitWithArguments.class, target.resolve("benchmarks.jar"));
        withHome(home, () -> Called.with("bench", "Matmul", "-p", "implementation=cpu")
                .endsWith(0));
        withHome(home, () -> Called.with("bench", "Matmul").endsWith(1).withOneLine("ended with code 3"));
    }

    /** Stands in for JMH: ends well with three arguments. */
    static final class ExitWithArguments {
        private ExitWithArguments() {}

        public static void main(String[] arguments) {
            System.exit(arguments.length == 3 ? 0 : 3);
        }
    }

    private static void withHome(Path home, Runnable work) {
        String before = System.getProperty(BenchCommand.HOME);
        System.setProperty(BenchCommand.HOME, home.toString());
        try {
            work.run();
        } finally {
            if (before == null) {
                System.clearProperty(BenchCommand.HOME);
            } else {
                System.setProperty(BenchCommand.HOME, before);
            }
        }
    }

    private static void jarOf(Class<?> main, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
        String entry = main.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream zip = new JarOutputStream(out, manifest);
                InputStream in = Objects.requireNonNull(main.getResourceAsStream("/" + entry))) {
            zip.putNextEntry(new JarEntry(entry));
            zip.write(in.readAllBytes());
        }
    }
}
