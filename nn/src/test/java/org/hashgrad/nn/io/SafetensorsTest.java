package org.hashgrad.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hashgrad.autograd.Slot;
import org.hashgrad.nn.BatchNorm;
import org.hashgrad.nn.Initializer;
import org.hashgrad.nn.Linear;
import org.hashgrad.nn.Module;
import org.hashgrad.nn.OnReference;
import org.hashgrad.nn.Sequential;
import org.hashgrad.tensor.Activation;
import org.hashgrad.tensor.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest extends OnReference {
    @TempDir
    Path folder = Path.of(".");

    private Path file = folder;

    @BeforeEach
    void name() {
        file = folder.resolve("net.safetensors");
    }

    private Sequential net(String hash) {
        Initializer weights = Initializer.gaussian(0.1);
        return new Sequential(
                new Linear(root().at("fc"), 3, 4, weights),
                new BatchNorm(root().at("bn"), 4),
                new Linear(root().at(hash), 4, 2, weights, weights, Activation.TANH));
    }

    private void write(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        writeRaw(json.length, json, new byte[dataBytes]);
    }

    private void writeRaw(long headerLength, byte[] json, byte[] data) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, out.putLong(headerLength).put(json).put(data).array());
    }

    @Test
    void aNetComesBackBitForBitUnderItsNames() throws IOException {
        try (Sequential saved = net("hash");
                Sequential loaded = net("hash")) {
            saved.slots().forEach(slot -> slot.assign(drawn("saved " + slot.name(), slot.shape())));
            new SafetensorsWriter().add(saved).metadata("epoch", "3").write(file);
            try (Safetensors in = Safetensors.open(file)) {
                assertEquals(List.copyOf(saved.state().keySet()), List.copyOf(in.names()));
                assertEquals(Map.of("epoch", "3"), in.metadata());
                assertEquals(Dtype.F64, in.dtype("bn.running_var"));
                assertEquals(Shape.of(4, 3), in.shape("fc.weight"));
                in.loadInto(loaded);
            }
            for (int i = 0; i < saved.slots().size(); i++) {
                assertArrayEquals(
                        saved.slots().get(i).value().toDoubles(),
                        loaded.slots().get(i).value().toDoubles());
            }
        }
    }

    @Test
    void longsKeepAllTheirBitsAndScalarsTheirShape() throws IOException {
        new SafetensorsWriter()
                .add("cursor", Shape.scalar(), Long.MAX_VALUE)
                .add("codes", Shape.of(2, 1), -1, Long.MIN_VALUE)
                .write(file);
        try (Safetensors in = Safetensors.open(file)) {
            assertArrayEquals(new long[] {Long.MAX_VALUE}, in.longs("cursor"));
            assertArrayEquals(new long[] {-1, Long.MIN_VALUE}, in.longs("codes"));
            assertEquals(Shape.scalar(), in.shape("cursor"));
            assertArrayEquals(new double[] {-1, -0x1p63}, in.doubles("codes"));
        }
    }

    @Test
    void aTensorLongerThanTheReadersChunkComesBackWhole() throws IOException {
        Shape shape = Shape.of(1 << 17, 3);
        long[] values = new long[shape.size()];
        java.util.Arrays.setAll(values, i -> 3L * i - 7);
        new SafetensorsWriter().add("long", shape, values).write(file);
        try (Safetensors in = Safetensors.open(file)) {
            assertArrayEquals(values, in.longs("long"));
            double[] widened = in.doubles("long");
            for (int i = 0; i < values.length; i++) {
                assertEquals((double) values[i], widened[i]);
            }
        }
    }

    @Test
    void everyReadableDtypeIsWidenedExactly() throws IOException {
        String header = """
                {"f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},
                 "f32":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},
                 "f16":{"dtype":"F16","shape":[6],"data_offsets":[16,28]},
                 "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[28,32]}}""";
        ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(0.1).putFloat(0.1f).putFloat(-2);
        for (int half : new int[] {0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x3555}) {
            data.putShort((short) half);
        }
        data.putShort((short) 0x3fc0).putShort((short) 0xc2f7);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        writeRaw(json.length, json, data.array());
        try (Safetensors in = Safetensors.open(file)) {
            assertArrayEquals(new double[] {0.1}, in.doubles("f64"));
            assertArrayEquals(new double[] {0.1f, -2}, in.doubles("f32"));
            double third = 0x1.554p-2;
            assertArrayEquals(new double[] {1, -2, 0x1p-24, 65504, Double.NEGATIVE_INFINITY, third}, in.doubles("f16"));
            assertArrayEquals(new double[] {1.5, -123.5}, in.doubles("bf16"));
        }
    }

    static Stream<Arguments> badHeaders() {
        String one = "{\"w\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}";
        return Stream.of(
                Arguments.of("{\"w\":", "the header is not JSON: Unexpected end-of-input"),
                Arguments.of("{} {}", "the header is not JSON: Trailing token"),
                Arguments.of("[1, 2]", "the header must be a JSON object"),
                Arguments.of("{\"w\":1,\"w\":2}", "the header is not JSON: Duplicate field 'w'"),
                Arguments.of(
                        one.formatted("I8", "[1]", "[0,1]"),
                        "tensor w: dtype \"I8\" can't be read, expected one of [F64, F32, F16, BF16, I64]"),
                Arguments.of(
                        one.formatted("F32", "[2]", "[8,20]"),
                        "tensor w: bytes [8, 20) are outside the data section of 16 bytes"),
                Arguments.of(
                        one.formatted("F32", "[2]", "[-8,0]"),
                        "tensor w: bytes [-8, 0) are outside the data section of 16 bytes"),
                Arguments.of(
                        one.formatted("F32", "[2]", "[8,0]"),
                        "tensor w: bytes [8, 0) are outside the data section of 16 bytes"),
                Arguments.of(
                        one.formatted("F32", "[3]", "[0,16]"),
                        "tensor w: F32 (3) needs 12 bytes, data_offsets span 16"),
                Arguments.of(
                        one.formatted("F32", "[65536,65536]", "[0,16]"),
                        "tensor w: shape: [65536, 65536] has more than 2^31 - 1 elements"),
                Arguments.of(
                        one.formatted("F32", "[0]", "[0,0]"), "tensor w: shape: every extent must be >= 1, got [0]"),
                Arguments.of(
                        one.formatted("F32", "[1.5]", "[0,4]"),
                        "tensor w: shape must be a list of 32-bit integers, found [1.5]"),
                Arguments.of(
                        one.formatted("F32", "\"x\"", "[0,4]"),
                        "tensor w: shape must be a list of integers, found \"x\""),
                Arguments.of(
                        one.formatted("F32", "[1]", "[0]"), "tensor w: data_offsets must be two integers, found [0]"),
                Arguments.of(
                        one.formatted("F32", "[1]", "{\"a\":0,\"b\":4}"),
                        "tensor w: data_offsets must be two integers, found {\"a\":0,\"b\":4}"),
                Arguments.of(
                        one.formatted("F32", "[1]", "\"04\""),
                        "tensor w: data_offsets must be two integers, found \"04\""),
                Arguments.of("{\"__metadata__\":[1]}", "__metadata__ must be an object of strings, found [1]"),
                Arguments.of(
                        "{\"__metadata__\":{\"epoch\":3}}",
                        "__metadata__ must be an object of strings, found 3 for epoch"),
                Arguments.of(one.formatted("F32", "[2]", "[8,16]"), "bytes [0, 8) before tensor w belong to no tensor"),
                Arguments.of(one.formatted("F32", "[2]", "[0,8]"), "bytes [8, 16) at the end belong to no tensor"),
                Arguments.of(
                        one.formatted("F32", "[1]", "[0,99999999999999999999]"),
                        "tensor w: data_offsets [0,99999999999999999999] do not fit 64 bits"),
                Arguments.of(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},"
                                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                        "tensors b and a overlap: a begins at 4, b ends at 8"));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void aBadHeaderIsNamedInOneLine(String header, String message) throws IOException {
        write(header, 16);
        assertRefused(message);
    }

    private void assertRefused(String message) {
        String found = String.valueOf(assertThrows(
                        WeightFileException.class, () -> Safetensors.open(file).close())
                .getMessage());
        String start = file + ": " + message;
        assertEquals(start, found.substring(0, Math.min(start.length(), found.length())));
        assertFalse(found.contains("\n"), found);
    }

    @Test
    void aFileTooShortForItsHeaderIsRefused() throws IOException {
        Files.write(file, new byte[5]);
        assertRefused("a safetensors file has at least 8 bytes, found 5");
        writeRaw(100, new byte[10], new byte[0]);
        assertRefused("the header length at offset 0 is 100, expected 2 to 10");
    }

    @Test
    void anAbsurdHeaderLengthAllocatesNothing() throws IOException {
        writeRaw(Long.MAX_VALUE, new byte[10], new byte[0]);
        assertRefused("the header length at offset 0 is 9223372036854775807, expected 2 to 10");
        writeRaw(-1, new byte[10], new byte[0]);
        assertRefused("the header length at offset 0 is 18446744073709551615, expected 2 to 10");
    }

    @Test
    void aHeaderAboveTheLimitIsRefusedEvenIfTheFileHasTheBytes() throws IOException {
        try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(100_000_001)
                    .array());
            sparse.setLength(200_000_000);
        }
        assertRefused("the header length at offset 0 is 100000001, expected 2 to 100000000");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        try (Sequential net = net("hash")) {
            new SafetensorsWriter().add(net).write(file);
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertRefused("tensor hash.bias: bytes [288, 304) are outside the data section of 303 bytes");
    }

    @Test
    void everyNameThatDoesNotFitIsReportedAndNothingChanges() throws IOException {
        try (Sequential saved = net("hasch");
                Sequential target = net("hash");
                Module other = new Linear(root().at("fc"), 2, 4, Initializer.constant(1))) {
            new SafetensorsWriter().add(saved).write(file);
            double[] before = target.slots().get(0).value().toDoubles();
            try (Safetensors in = Safetensors.open(file)) {
                assertEquals(
                        file
                                + ": missing hash.weight (nearest in the file: hasch.weight); missing hash.bias (nearest in"
                                + " the file: hasch.bias); unexpected hasch.weight; unexpected hasch.bias",
                        assertThrows(WeightFileException.class, () -> in.loadInto(target))
                                .getMessage());
                assertEquals(
                        file + ": fc.weight is (4, 3) in the file, expected (4, 2)",
                        assertThrows(
                                        WeightFileException.class,
                                        () -> in.loadInto(other, name -> !name.startsWith("fc.")))
                                .getMessage());
                assertEquals(
                        file + ": no tensor hash.bias (nearest in the file: hasch.bias)",
                        assertThrows(WeightFileException.class, () -> in.doubles("hash.bias"))
                                .getMessage());
                assertEquals(
                        file + ": tensor bn.bias: expected I64, found F64",
                        assertThrows(WeightFileException.class, () -> in.longs("bn.bias"))
                                .getMessage());
            }
            assertEquals(0, target.slots().stream().mapToLong(s -> s.version()).sum());
            assertArrayEquals(before, target.slots().get(0).value().toDoubles());
        }
    }

    @Test
    void aNameThatFitsAnotherSlotIsNoHint() throws IOException {
        Initializer ones = Initializer.constant(1);
        try (Linear saved = new Linear(root().at("fc1"), 3, 4, ones);
                Sequential target = new Sequential(
                        new Linear(root().at("fc1"), 3, 4, ones), new Linear(root().at("fc2"), 4, 4, ones))) {
            new SafetensorsWriter().add(saved).write(file);
            try (Safetensors in = Safetensors.open(file)) {
                var thrown = assertThrows(WeightFileException.class, () -> in.loadInto(target));
                assertEquals(file + ": missing fc2.weight", thrown.getMessage());
            }
        }
    }

    @Test
    void excludedNamesAreLeftAloneOnBothSides() throws IOException {
        try (Sequential saved = net("classifier");
                Sequential target = net("hash")) {
            new SafetensorsWriter()
                    .add(saved)
                    .add("bn.num_batches_tracked", Shape.scalar(), 5)
                    .write(file);
            try (Safetensors in = Safetensors.open(file)) {
                in.loadInto(target, name -> name.startsWith("classifier.") || name.startsWith("hash."));
            }
            target.slots().forEach(s -> assertEquals(s.name().startsWith("hash.") ? 0 : 1, s.version(), s.name()));
        }
    }

    @Test
    void writingReplacesTheOldFileAndLeavesNoPartBehind() throws IOException {
        Files.writeString(file, "old");
        new SafetensorsWriter().add("n", Shape.of(1), 4).write(file);
        try (Safetensors in = Safetensors.open(file);
                Stream<Path> left = Files.list(folder)) {
            assertArrayEquals(new long[] {4}, in.longs("n"));
            assertEquals(List.of(file), left.toList());
        }
        assertEquals(
                0,
                (8
                                + ByteBuffer.wrap(Files.readAllBytes(file))
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .getLong())
                        % 8);
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        try (Sequential net = net("hash")) {
            new SafetensorsWriter().add("n", Shape.of(1), 4).write(file);
            byte[] before = Files.readAllBytes(file);
            SafetensorsWriter writer = new SafetensorsWriter().add(net);
            net.slots().forEach(Slot::close);
            assertThrows(IllegalStateException.class, () -> writer.write(file));
            assertArrayEquals(before, Files.readAllBytes(file));
            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(List.of(file), left.toList());
            }
        }
    }

    @Test
    void oneNameTwiceAndAWrongCountAreRefused() {
        SafetensorsWriter writer = new SafetensorsWriter().add("n", Shape.of(1), 4);
        assertEquals(
                "safetensors: the name n is reserved or given twice",
                assertThrows(IllegalArgumentException.class, () -> writer.add("n", Shape.of(1), 4))
                        .getMessage());
        assertEquals(
                "safetensors: m is (2) with 2 elements, got 1 values",
                assertThrows(IllegalArgumentException.class, () -> writer.add("m", Shape.of(2), 4))
                        .getMessage());
    }
}
