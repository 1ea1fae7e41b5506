package org.hashgrad.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.hashgrad.cli.Main;
import org.hashgrad.hashing.protocol.RunConfig;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs what README and docs show. The rule for a {@code java} block: statements (below imports) are run; a class with a {@code main} is
 * compiled and its main run; a class that is a loss goes through {@code hashgrad gradcheck}; any other class is compiled. A
 * {@code yaml} block is a configuration. A relative link leads to a file.
 */
class DocumentationTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern BLOCK =
            Pattern.compile("^```(java|yaml)\\R(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern TYPE =
            Pattern.compile("^(?:public |final |abstract )*(?:class|record|interface) (\\w+)", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");
    private static final int JAVA_BLOCKS_AT_LEAST = 2;
    private static final int YAML_BLOCKS_AT_LEAST = 1;

    private record Block(Path page, int line, String language, String text) {
        String name() {
            return ROOT.relativize(page) + " line " + line + " (" + language + ")";
        }
    }

    @TestFactory
    Stream<DynamicTest> everyBlockRuns(@TempDir Path folder) throws IOException {
        return blocks().stream()
                .map(block -> dynamicTest(block.name(), () -> {
                    if (block.language().equals("yaml")) {
                        RunConfig.parse(block.name(), block.text(), List.of());
                    } else {
                        runJava(block, Files.createTempDirectory(folder, "block"));
                    }
                }));
    }

    @Test
    void readmeAndDocsHaveBlocksOfBothKinds() throws IOException {
        List<Block> blocks = blocks();
        long java = blocks.stream().filter(b -> b.language().equals("java")).count();
        long yaml = blocks.stream().filter(b -> b.language().equals("yaml")).count();
        assertTrue(java >= JAVA_BLOCKS_AT_LEAST, () -> java + " java blocks");
        assertTrue(yaml >= YAML_BLOCKS_AT_LEAST, () -> yaml + " yaml blocks");
        assertTrue(blocks.stream().anyMatch(b -> b.page().endsWith("README.md")), "none in README.md");
    }

    @Test
    void everyRelativeLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(ROOT.relativize(page) + ": " + link.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void theJunitArtifactIsDocumentedWithItsCoordinatesAndIsInstalled() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/adding-a-loss.md"));
        String pom = Files.readString(ROOT.resolve("src/junit/pom.xml"));
        for (String element : List.of("groupId", "artifactId", "version")) {
            Pattern value = Pattern.compile("<" + element + ">([^<]*)<");
            Matcher documented = value.matcher(page);
            assertTrue(documented.find(), element);
            String own = element.equals("artifactId") ? pom.substring(pom.indexOf("</parent>")) : pom;
            Matcher actual = value.matcher(own);
            assertTrue(actual.find(), element);
            assertEquals(actual.group(1), documented.group(1), element);
        }
        assertTrue(page.contains("mvn -q -DskipTests -pl src/junit -am install"));
        for (String module : List.of("", "tensor/", "autograd/", "nn/", "hashing/", "src/junit/")) {
            String installed = Files.readString(ROOT.resolve(module + "pom.xml"));
            assertFalse(installed.contains("<skip>true</skip>"), module + "pom.xml skips what has to be installed");
        }
    }

    private static void runJava(Block block, Path folder) throws IOException, ReflectiveOperationException {
        Matcher type = TYPE.matcher(block.text());
        boolean statements = !type.find();
        String name = statements ? "Example" : type.group(1);
        Path source = folder.resolve(name + ".java");
        Files.writeString(source, statements ? asMain(block.text()) : block.text());
        compile(block, source, folder);
        if (block.text()
                .matches("(?s).*implements [^{]*(PairLoss|PointLoss|TripletLoss|TargetLoss|PairTargetLoss).*")) {
            StringWriter said = new StringWriter();
            PrintWriter both = new PrintWriter(said);
            int code = Main.run(both, both, "gradcheck", source.toString(), "--backend", "reference");
            assertEquals(0, code, said::toString);
            return;
        }
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            Class<?> compiled = loader.loadClass(name);
            for (Method method : compiled.getDeclaredMethods()) {
                if (method.getName().equals("main")) {
                    method.setAccessible(true);
                    method.invoke(null, (Object) new String[0]);
                }
            }
        }
    }

    private static String asMain(String block) {
        StringBuilder imports = new StringBuilder();
        StringBuilder body = new StringBuilder();
        block.lines().forEach(line -> (line.startsWith("import ") ? imports : body)
                .append(line)
                .append('\n'));
        return imports + "class Example { public static void main(String[] arguments) throws Exception {\n" + body
                + "}}\n";
    }

    private static void compile(Block block, Path source, Path folder) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var errors = new java.io.ByteArrayOutputStream();
        int code = compiler.run(
                null,
                errors,
                errors,
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
        assertEquals(0, code, () -> block.name() + ": " + errors.toString(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            Matcher block = BLOCK.matcher(text);
            while (block.find()) {
                int line = (int) text.substring(0, block.start()).lines().count() + 1;
                blocks.add(new Block(page, line, block.group(1), block.group(2)));
            }
        }
        return blocks;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }
}
