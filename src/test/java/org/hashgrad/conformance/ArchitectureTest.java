package org.hashgrad.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The direction of dependencies, the import bans and the packages of all production modules. */
class ArchitectureTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final List<String> MODULES =
            List.of("tensor", "autograd", "kernels/opencl", "nn", "hashing", "cli", "bench", "src/junit");
    private static final int PACKAGES_AT_LEAST = 18;

    private static final String OPENCL = "org.hashgrad.kernels.opencl..";
    private static final String VECTOR = "org.hashgrad.tensor.cpu.vector..";

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/org/hashgrad/conformance/"))
            .withImportOption(location -> !location.contains("/jmh_generated/"))
            .importPackages("org.hashgrad");

    @Test
    void everySourceFileOfEveryModuleIsScanned() {
        Set<String> sources = new TreeSet<>();
        for (String module : MODULES) {
            Set<String> own = sourceClasses(ROOT.resolve(module).resolve("src/main/java"));
            assertTrue(!own.isEmpty(), () -> "no sources found in module " + module + " under " + ROOT);
            sources.addAll(own);
        }
        Set<String> scanned = PRODUCTION.stream()
                .filter(c -> c.getEnclosingClass().isEmpty())
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>(sources);
        missing.removeAll(scanned);
        assertEquals(Set.of(), missing, "source files whose class the architecture rules do not see");
    }

    @Test
    void everyPackageIsDocumentedAndNullMarked() {
        Set<String> packages = new TreeSet<>();
        Set<String> marked = new TreeSet<>();
        for (JavaClass c : PRODUCTION) {
            packages.add(c.getPackageName());
            boolean isInfo = c.getSimpleName().equals("package-info");
            if (isInfo && c.isAnnotatedWith(NullMarked.class)) marked.add(c.getPackageName());
        }
        assertTrue(
                packages.size() >= PACKAGES_AT_LEAST,
                () -> "scanned " + packages.size() + " packages, need at least " + PACKAGES_AT_LEAST);
        assertEquals(packages, marked, "packages against packages with a @NullMarked package-info");
    }

    @Test
    void dependenciesRunFromTheCommandDownToTensors() {
        holds(layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("tensor")
                .definedBy("org.hashgrad.tensor..")
                .layer("autograd")
                .definedBy("org.hashgrad.autograd..")
                .layer("opencl")
                .definedBy(OPENCL)
                .layer("nn")
                .definedBy("org.hashgrad.nn..")
                .layer("hashing")
                .definedBy("org.hashgrad.hashing..")
                .layer("cli")
                .definedBy("org.hashgrad.cli..")
                .layer("bench")
                .definedBy("org.hashgrad.bench..")
                .layer("junit")
                .definedBy("org.hashgrad.junit..")
                .whereLayer("autograd")
                .mayOnlyBeAccessedByLayers("nn", "hashing", "cli", "bench", "junit")
                .whereLayer("nn")
                .mayOnlyBeAccessedByLayers("hashing", "cli", "bench")
                .whereLayer("hashing")
                .mayOnlyBeAccessedByLayers("cli", "bench", "junit")
                .whereLayer("opencl")
                .mayOnlyBeAccessedByLayers("bench")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("bench")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("junit")
                .mayNotBeAccessedByAnyLayer());
    }

    @Test
    void packagesAreFreeOfCycles() {
        holds(slices().assignedFrom(new ByPackage()).should().beFreeOfCycles());
    }

    @Test
    void onlyTheOpenClModuleTouchesJocl() {
        holds(onlyIn(OPENCL, "org.jocl.."));
    }

    @Test
    void onlyTheVectorPackageTouchesTheIncubatingVectorApi() {
        holds(onlyIn(VECTOR, "jdk.incubator.vector.."));
    }

    @Test
    void onlyTheCommandParsesArgumentsAndDrawsProgressBarsAndPlots() {
        holds(onlyIn("org.hashgrad.cli..", "picocli..", "me.tongfei.progressbar..", "org.knowm.xchart.."));
    }

    @Test
    void onlyBenchmarksTouchJmh() {
        holds(onlyIn("org.hashgrad.bench..", "org.openjdk.jmh.."));
    }

    @Test
    void onlyTheJUnitHelperNeedsATestLibrary() {
        holds(onlyIn("org.hashgrad.junit..", "org.junit..", "net.jqwik..", "com.tngtech.."));
    }

    @Test
    void productionCodeNeedsNoLoggingBackend() {
        holds(noClasses().should().dependOnClassesThat().resideInAnyPackage("ch.qos.logback.."));
    }

    private static ArchRule onlyIn(String home, String... libraries) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries);
    }

    private static void holds(ArchRule rule) {
        rule.check(PRODUCTION);
    }

    private static Set<String> sourceClasses(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .map(f -> root.relativize(f).toString().replace(".java", ""))
                    .map(f -> f.replace('/', '.').replace('\\', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One slice per package, except that operations and variables are one: an operation's derivative is written in
     * variables, and a variable's fluent methods name operations.
     */
    private static final class ByPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass c) {
            String name = c.getPackageName();
            return name.startsWith("org.hashgrad")
                    ? SliceIdentifier.of(name.equals("org.hashgrad.autograd.op") ? "org.hashgrad.autograd" : name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of hashgrad";
        }
    }
}
