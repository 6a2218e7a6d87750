import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** mongo-java-server on a free port; prints its address and ends when standard input does. */
public class Server {
    /** The driver wants wire version 9 or later; the server's own newest version says 8, though it answers what we use. */
    static class Mongo60 implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(6, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 17;
        }
    }

    public static void main(String[] arguments) throws Exception {
        MongoServer server = new MongoServer(new MemoryBackend().version(new Mongo60()));
        int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
        server.bind("127.0.0.1", port);
        System.out.println("port " + server.getLocalAddress().getPort());
        while (System.in.read() != -1) {
            // wait for the end
        }
        server.shutdownNow();
        System.exit(0);
    }
}
