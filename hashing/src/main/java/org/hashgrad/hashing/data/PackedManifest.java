package org.hashgrad.hashing.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link PackedData} says of itself: its extents, names and parts, and the SHA-256 of its other files and of all this. */
record PackedManifest(
        String name,
        int resize,
        int side,
        int count,
        List<String> classes,
        List<String> vocabulary,
        boolean texts,
        Map<String, int[]> parts,
        @Nullable String protocol,
        Map<String, String> sha256,
        @Nullable String digest) {
    /** The file in the folder. */
    static final String FILE = "manifest.json";

    /** The others, whose digests it has. */
    static final List<String> DIGESTED = List.of(PackedData.IMAGES, PackedData.LABELS, PackedData.ITEMS);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** With the SHA-256 of all else. */
    PackedManifest digested() throws JsonProcessingException {
        return with(OpenClipart.sha256(JSON.writeValueAsBytes(with(null))));
    }

    /** Manifests of before have none. */
    boolean untouched() throws JsonProcessingException {
        return digest == null || digest.equals(digested().digest());
    }

    private PackedManifest with(@Nullable String of) {
        return new PackedManifest(name, resize, side, count, classes, vocabulary, texts, parts, protocol, sha256, of);
    }

    /** The manifest of a folder. @throws DataException when there is none or it is broken */
    static PackedManifest read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            PackedManifest manifest = JSON.readValue(Files.readString(file), PackedManifest.class);
            for (Object part : new Object[] {
                manifest.name(), manifest.classes(), manifest.vocabulary(), manifest.parts(), manifest.sha256()
            }) {
                Objects.requireNonNull(part);
            }
            if (manifest.side() < 1 || manifest.count() < 1) {
                throw new DataException("packed: " + file + ": side is " + manifest.side() + " and count "
                        + manifest.count() + "; need >= 1");
            }
            manifest.parts().forEach((part, rows) -> {
                for (int row : Objects.requireNonNull(rows)) {
                    if (row < 0 || row >= manifest.count()) {
                        throw new DataException("packed: " + file + ": parts: " + part + " has item " + row
                                + "; need 0 to " + (manifest.count() - 1));
                    }
                }
            });
            if (!manifest.sha256().keySet().equals(Set.copyOf(DIGESTED))) {
                throw new DataException("packed: " + file + ": sha256: expected digests of " + DIGESTED + ", found "
                        + manifest.sha256().keySet());
            }
            return manifest;
        } catch (NoSuchFileException e) {
            throw new DataException("packed: " + file + ": no such file", e);
        } catch (JsonProcessingException | NullPointerException e) {
            throw new DataException(
                    "packed: " + file + ": broken: "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " "),
                    e);
        } catch (IOException e) {
            throw new DataException("packed: " + file + ": can not be read: " + e, e);
        }
    }

    /** How the manifest differs from when it was packed, if it does. */
    Optional<String> edit(Path folder) {
        try {
            return untouched()
                    ? Optional.empty()
                    : Optional.of("packed: " + folder.resolve(FILE) + ": changed since it was packed: expected SHA-256 "
                            + digest + " of all but \"digest\", found "
                            + digested().digest());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest that was read can be written", e);
        }
    }

    /** How a file of the folder differs from when it was packed, if it does. */
    Optional<String> change(Path folder, String file) {
        String expected = sha256.get(file);
        try {
            String found = digest(folder.resolve(file));
            return found.equals(expected)
                    ? Optional.empty()
                    : Optional.of("packed: " + folder.resolve(file) + ": changed since it was packed: expected SHA-256 "
                            + expected + ", found " + found);
        } catch (IOException e) {
            return Optional.of("packed: " + folder.resolve(file) + ": can not be read: " + e);
        }
    }

    /** SHA-256 of a file, hexadecimal. */
    static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java", e);
        }
    }
}
