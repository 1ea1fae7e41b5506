package org.hashgrad.hashing.loss.custom;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hashgrad.hashing.data.DataException;
import org.hashgrad.hashing.loss.Loss;
import org.hashgrad.hashing.loss.ShippedLosses;

/**
 * Losses by what a command or a configuration calls them: a name that ships, a class on the class path, or a source file such as
 * {@code MyLoss.java}, which is compiled in memory: no registration, no project.
 *
 * <p>A class of one's own is made by its constructor without parameters or, if it has none, as a record with components may, by its
 * static method {@code defaults()}; the components can then be set one by one.
 */
public final class LossSource {
    /** How the name of a source file ends. */
    public static final String SUFFIX = ".java";

    private static final String DEFAULTS = "defaults";

    private LossSource() {}

    /**
     * The loss that the source file's class is.
     *
     * @throws DataException with file and line when the file does not compile, or its class is no loss or can not be made
     */
    public static Loss load(Path file) {
        return made(file.toString(), CompiledSource.of(file, nameOf(file)));
    }

    /** {@link #named(String, ClassLoader)} on the class path of this process. */
    public static Loss named(String name) {
        return named(name, ownLoader());
    }

    /**
     * The loss of a name: with {@link #SUFFIX} a source file, else one that ships, else a class.
     *
     * @param classes where classes are looked for, as from {@link #classPath}
     * @throws DataException when there is none, or it can not be made
     */
    public static Loss named(String name, ClassLoader classes) {
        if (name.endsWith(SUFFIX)) {
            return load(Path.of(name));
        }
        Optional<Loss> shipped = ShippedLosses.named(name);
        return shipped.orElseGet(() -> ofClass(name, classes)
                .orElseThrow(() -> new DataException("loss: there is no '" + name
                        + "'; need a loss that ships (hashgrad losses lists them), a class on the class path or a file that"
                        + " ends in " + SUFFIX)));
    }

    /**
     * The loss that the class of that name is; empty when there is no such class.
     *
     * @throws DataException when the class is no loss or can not be made
     */
    public static Optional<Loss> ofClass(String className, ClassLoader classes) {
        try {
            return Optional.of(made("class " + className, Class.forName(className, true, classes)));
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

    /**
     * A loader of the classes in folders and jars, after those of this process.
     *
     * @param path folders and jars, separated as the system separates them
     * @throws DataException when one is missing
     */
    public static ClassLoader classPath(String path) {
        List<URL> places = new ArrayList<>();
        for (String place : path.split(File.pathSeparator, -1)) {
            Path at = Path.of(place);
            if (!Files.exists(at)) {
                throw new DataException("class path: there is no " + at + "; need folders and jars separated by '"
                        + File.pathSeparator + "'");
            }
            try {
                places.add(at.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new DataException("class path: " + at + " is no place to load from: " + e, e);
            }
        }
        return new URLClassLoader(places.toArray(URL[]::new), ownLoader());
    }

    private static ClassLoader ownLoader() {
        return LossSource.class.getClassLoader();
    }

    /** The class that a source file must hold. */
    public static String nameOf(Path file) {
        Path fileName = file.getFileName();
        return fileName == null ? "" : fileName.toString().replace(SUFFIX, "");
    }

    private static Loss made(String from, Class<?> type) {
        if (!Loss.class.isAssignableFrom(type)) {
            throw new DataException(from + ": class " + type.getName()
                    + " is no loss; need a PointLoss, PairLoss, TripletLoss, TargetLoss or PairTargetLoss");
        }
        try {
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 0) {
                    constructor.setAccessible(true);
                    return (Loss) constructor.newInstance();
                }
            }
            for (Method method : type.getDeclaredMethods()) {
                boolean isDefaults = method.getName().equals(DEFAULTS)
                        && method.getParameterCount() == 0
                        && Modifier.isStatic(method.getModifiers());
                if (isDefaults && Loss.class.isAssignableFrom(method.getReturnType())) {
                    method.setAccessible(true);
                    return (Loss) method.invoke(null);
                }
            }
        } catch (InvocationTargetException e) {
            throw new DataException(from + ": making a " + type.getName() + " failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new DataException(from + ": class " + type.getName() + " can not be made: " + e, e);
        }
        throw new DataException(from + ": class " + type.getName()
                + " needs a constructor without parameters or a static method defaults() that returns one");
    }
}
