package org.hashgrad.hashing.loss.custom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.hashgrad.hashing.data.DataException;
import org.jspecify.annotations.Nullable;

/** One Java source file, compiled in memory by the JDK that runs. */
final class CompiledSource {
    private CompiledSource() {}

    /**
     * The class of the file's name, in whatever package.
     *
     * @throws DataException with file and line when the file does not compile or holds no such class
     */
    static Class<?> of(Path file, String name) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new DataException(file + ": this Java runtime has no compiler; run with a JDK");
        }
        DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
        try (Compiled classes = new Compiled(compiler.getStandardFileManager(messages, Locale.ROOT, null))) {
            List<String> options =
                    List.of("-classpath", System.getProperty("java.class.path"), "-proc:none", "-Xlint:none");
            boolean done = compiler.getTask(null, classes, messages, options, null, List.of(source(file)))
                    .call();
            if (!done) {
                throw new DataException(file + firstError(messages));
            }
            return classes.only(name, file);
        } catch (IOException e) {
            throw new DataException(file + ": can not be read: " + e, e);
        }
    }

    private static JavaFileObject source(Path file) throws IOException {
        String text = Files.readString(file);
        return new SimpleJavaFileObject(file.toUri(), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return text;
            }
        };
    }

    private static String firstError(DiagnosticCollector<JavaFileObject> messages) {
        for (Diagnostic<? extends JavaFileObject> message : messages.getDiagnostics()) {
            if (message.getKind() == Diagnostic.Kind.ERROR) {
                return " line " + message.getLineNumber() + ": does not compile: " + message.getMessage(Locale.ROOT);
            }
        }
        return ": does not compile";
    }

    /** Class files in memory. */
    private static final class Compiled extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

        Compiled(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            classes.put(className, bytes);
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Class<?> only(String simpleName, Path file) {
            for (String className : classes.keySet()) {
                if (className.equals(simpleName) || className.endsWith("." + simpleName)) {
                    try {
                        return new InMemory(classes).loadClass(className);
                    } catch (ClassNotFoundException e) {
                        throw new DataException(file + ": class " + className + " does not load", e);
                    }
                }
            }
            throw new DataException(file + ": holds no class " + simpleName + ", only " + classes.keySet());
        }
    }

    private static final class InMemory extends ClassLoader {
        private final Map<String, ByteArrayOutputStream> classes;

        InMemory(Map<String, ByteArrayOutputStream> classes) {
            super(CompiledSource.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            ByteArrayOutputStream bytes = classes.get(name);
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes.toByteArray(), 0, bytes.size());
        }
    }
}
