package org.hashgrad.hashing.protocol;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.hashgrad.hashing.protocol.Overlap.Pair;
import org.hashgrad.hashing.protocol.Protocol.Counts;
import org.hashgrad.hashing.protocol.SplitRule.Base;

/** The protocols that papers name, and those of the data that ship. */
final class ShippedProtocols {
    private static final Set<Pair> TRAINING_IN_DATABASE = Set.of(Pair.TRAINING_DATABASE);
    private static final OptionalInt ALL = OptionalInt.empty();

    private ShippedProtocols() {}

    static List<Protocol> all() {
        return List.of(
                new Protocol(
                        "fashion-mnist/embedded",
                        1,
                        "Fashion-MNIST, the images that ship",
                        new SplitRule.Files(),
                        new Counts(1000, 5000, 5000),
                        ALL,
                        TRAINING_IN_DATABASE,
                        "queries: the first 100 of each class of t10k; trained on and searched: the first 500 of each class of train"),
                new Protocol(
                        "fashion-mnist/full",
                        1,
                        "Fashion-MNIST, all files",
                        new SplitRule.Files(),
                        new Counts(1000, 5000, 69_000),
                        ALL,
                        TRAINING_IN_DATABASE,
                        "as embedded, searched: everything but the queries; CIFAR-10's 59k on other data"),
                cifar(
                        "59k",
                        new SplitRule.PerClass(100, 500, Base.ALL_BUT_QUERIES),
                        59_000,
                        TRAINING_IN_DATABASE,
                        "protocol I of DPSH, DTSH, DSDH, DDSH; DeepHash-pytorch's cifar10-1"),
                cifar(
                        "54k",
                        new SplitRule.PerClass(100, 500, Base.NEITHER),
                        54_000,
                        Set.of(),
                        "thulab's lists, mAP@54000; DeepHash-pytorch's cifar10, which cuts off the last item"),
                new Protocol(
                        "cifar10/50k",
                        1,
                        "CIFAR-10",
                        new SplitRule.PerClass(1000, 5000, Base.TRAINING),
                        new Counts(10_000, 50_000, 50_000),
                        ALL,
                        TRAINING_IN_DATABASE,
                        "protocol II; DeepHash-pytorch's cifar10-2"),
                new Protocol(
                        "nus-wide-21",
                        1,
                        "NUS-WIDE, the images with one of the 21 most frequent concepts",
                        new SplitRule.PerLabel(100, 500, Base.ALL_BUT_QUERIES),
                        new Counts(2100, 10_500, 193_734),
                        OptionalInt.of(5000),
                        TRAINING_IN_DATABASE,
                        "195 834 images; each is drawn for the first of its labels that lacks some"),
                new Protocol(
                        "nus-wide-81",
                        1,
                        "NUS-WIDE, HashNet's lists",
                        new SplitRule.Files(),
                        new Counts(5000, 10_000, 168_692),
                        OptionalInt.of(5000),
                        TRAINING_IN_DATABASE,
                        "1131 of the queries carry no label"),
                new Protocol(
                        "mirflickr/dcmh",
                        1,
                        "MIRFlickr-25K with its 1386 tags, 24 labels",
                        new SplitRule.FirstRows(2000, 10_000, Base.ALL_BUT_QUERIES),
                        new Counts(2000, 10_000, 18_015),
                        ALL,
                        TRAINING_IN_DATABASE,
                        "20 015 pairs in the order of DCMH's file, which was shuffled; its MATLAB code and SSAH draw anew"),
                new Protocol(
                        "mirflickr/1k-4k",
                        1,
                        "MIRFlickr-25K, 38 labels",
                        new SplitRule.Drawn(1000, 4000, Base.NEITHER),
                        new Counts(1000, 4000, 20_000),
                        ALL,
                        Set.of(),
                        "DeepHash-pytorch's lists; others search 24 000 with the training images"),
                new Protocol(
                        "coco/hashnet",
                        1,
                        "MS COCO 2014, HashNet's lists",
                        new SplitRule.Files(),
                        new Counts(5000, 10_000, 117_218),
                        OptionalInt.of(5000),
                        TRAINING_IN_DATABASE,
                        "122 218 images with a category of train and val"),
                new Protocol(
                        "imagenet100/hashnet",
                        1,
                        "ImageNet-100, HashNet's lists",
                        new SplitRule.Files(),
                        new Counts(5000, 0, 0),
                        OptionalInt.of(1000),
                        TRAINING_IN_DATABASE,
                        "the published training list has 13 000 lines, the paper says 10 000; about 128 500 searched"),
                new Protocol(
                        "openclipart-40",
                        1,
                        "OpenClipart-40, embedded",
                        new SplitRule.Files(),
                        new Counts(400, 3609, 3609),
                        ALL,
                        TRAINING_IN_DATABASE,
                        "near-duplicates are on one side"),
                new Protocol(
                        "own",
                        1,
                        "data of your own",
                        new SplitRule.Files(),
                        new Counts(0, 0, 0),
                        ALL,
                        Set.of(),
                        "any numbers; no part may overlap another"));
    }

    private static Protocol cifar(String name, SplitRule rule, int database, Set<Pair> allowed, String note) {
        return new Protocol(
                "cifar10/" + name,
                1,
                "CIFAR-10, both files pooled",
                rule,
                new Counts(1000, 5000, database),
                ALL,
                allowed,
                note);
    }
}
