package org.hashgrad.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.hashgrad.hashing.data.Framing;
import org.hashgrad.hashing.data.ImageFile;
import org.hashgrad.hashing.data.RgbImage;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per picture: 32 files of 500 × 375 pixels, smooth with some noise, decoded and scaled to 256, then cut to 224, on the given number of threads.
 * Run: {@code ./hashgrad bench Decode}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@NullUnmarked
public class DecodeBenchmark {
    private static final int FILES = 32;
    private static final int WIDTH = 500;
    private static final int HEIGHT = 375;

    @Param({"java"})
    public String implementation;

    @Param({"jpg", "png"})
    public String format;

    /** What is done: the file alone, or scaled and cut too. */
    @Param({"decode", "decode-resize"})
    public String work;

    @Param({"1", "2"})
    public int threads;

    private Path folder;
    private Path[] files;

    @Setup(Level.Trial)
    public void write() throws IOException {
        folder = Files.createTempDirectory("hashgrad-decode");
        files = new Path[FILES];
        for (int f = 0; f < FILES; f++) {
            BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < WIDTH * HEIGHT; p++) {
                int x = p % WIDTH;
                int y = p / WIDTH;
                int noise = ((p * 7919 + f * 104729) >>> 3) & 15;
                int red = (x * 240 / WIDTH + noise) & 0xff;
                int green = (y * 240 / HEIGHT + noise) & 0xff;
                image.setRGB(x, y, red << 16 | green << 8 | ((((x + y) / 4) + noise) & 0xff));
            }
            files[f] = folder.resolve(f + "." + format);
            ImageIO.write(image, format, files[f].toFile());
        }
        RgbImage once = one(files[0]);
        if (once.width() != (work.equals("decode") ? WIDTH : Framing.IMAGENET.side())) {
            throw new IllegalStateException("decoded to " + once.width() + " pixels across");
        }
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    private RgbImage one(Path file) {
        RgbImage image = ImageFile.read(file);
        return work.equals("decode") ? image : Framing.IMAGENET.middle(image);
    }

    /** The number of pixels, so that none is left out. */
    @Benchmark
    @OperationsPerInvocation(FILES)
    public long pictures() {
        IntStream all = IntStream.range(0, FILES);
        return (threads == 1 ? all : all.parallel())
                .mapToLong(f -> one(files[f]).rgb().length)
                .sum();
    }
}
