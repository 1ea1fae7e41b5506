package org.hashgrad.hashing.data.openclipart;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** A small collection in the layout and the format of Debian's packages. */
record ClipartTree(Path root) {
    static final String PUBLIC_DOMAIN = "http://web.resource.org/cc/PublicDomain";

    void drawing(String path, String title, String description, List<String> keywords, BufferedImage image)
            throws IOException {
        write("svg/" + path + ".svg", svg(title, description, keywords, PUBLIC_DOMAIN));
        png(path, image);
    }

    void png(String path, BufferedImage image) throws IOException {
        ImageIO.write(image, "png", made("png/" + path + ".png").toFile());
    }

    void write(String file, String content) throws IOException {
        Files.writeString(made(file), content);
    }

    /** The drawing under another path too: by links, as the packages have it. */
    void link(String path, String to) throws IOException {
        for (String kind : List.of("png", "svg")) {
            Path link = made(kind + "/" + path + "." + kind);
            Files.createSymbolicLink(
                    link,
                    Objects.requireNonNull(link.getParent()).relativize(root.resolve(kind + "/" + to + "." + kind)));
        }
    }

    private Path made(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        return path;
    }

    static BufferedImage plain(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    static String svg(String title, String description, List<String> keywords, String licence) {
        return """
                <?xml version="1.0" encoding="UTF-8" standalone="no"?>
                <svg height="20" width="20" xmlns="http://www.w3.org/2000/svg">
                  <title>not this one</title>
                  <metadata>
                    <rdf:RDF xmlns:cc="http://web.resource.org/cc/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
                      <cc:Work rdf:about="">
                        <dc:title>%s</dc:title>
                        <dc:description>%s</dc:description>
                        <dc:subject>
                          <rdf:Bag>
                %s
                          </rdf:Bag>
                        </dc:subject>
                        <dc:publisher>
                          <cc:Agent rdf:about="http://www.openclipart.org/">
                            <dc:title>Open Clip Art Library</dc:title>
                          </cc:Agent>
                        </dc:publisher>
                        <dc:creator>
                          <cc:Agent>
                            <dc:title>Somebody</dc:title>
                          </cc:Agent>
                        </dc:creator>
                        <dc:format>image/svg+xml</dc:format>
                        <cc:license rdf:resource="%s"/>
                      </cc:Work>
                      <cc:License rdf:about="%s"/>
                    </rdf:RDF>
                  </metadata>
                  <metadata><rdf:RDF><Work><title>nor this</title></Work></rdf:RDF></metadata>
                  <path d="M 0 0 L 20 20"/>
                </svg>
                """.formatted(
                        title,
                        description,
                        keywords.stream()
                                .map(keyword -> "            <rdf:li>" + keyword + "</rdf:li>")
                                .collect(Collectors.joining("\n")),
                        licence,
                        licence);
    }
}
