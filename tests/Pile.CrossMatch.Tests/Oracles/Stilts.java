import java.nio.file.Files;
import java.nio.file.Path;

/** Runs many STILTS tasks in one JVM: one a line, its words separated by tabs. */
public class Stilts {
    public static void main(String[] arguments) throws Exception {
        for (String line : Files.readAllLines(Path.of(arguments[0])))
            uk.ac.starlink.ttools.Stilts.main(line.split("\t")); // leaves the JVM if a task fails
        Files.writeString(Path.of(arguments[0] + ".done"), "done");
        System.exit(0);
    }
}
