import Foundation

/// A little HTTP server on the loopback that keeps what is posted to it; python3 is on every machine that builds.
///
/// A class because it owns the server's process.
final class Collector {
    /// Where to post.
    let endpoint: String
    private let scratch: Scratch
    private let process = Process()

    /// Starts a server that answers every request with a status; `isSilent` accepts and never answers.
    init(status: Int = 200, isSilent: Bool = false) throws {
        scratch = try Scratch()
        try scratch.write("server.py", Collector.script)
        try scratch.write("bodies", "")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", scratch.path("server.py"), scratch.path("bodies"), "\(status)",
            isSilent ? "silent" : "",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        endpoint = "http://127.0.0.1:\(line.trimmingCharacters(in: .whitespacesAndNewlines))/v1/traces"
    }

    deinit {
        // SIGTERM may be blocked: a process inherits the mask of the thread that starts it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// What was posted, a document a line.
    var bodies: [String] {
        get throws { try scratch.read("bodies").split(separator: "\n").map(String.init) }
    }

    /// The requests as the server saw them: path and content type.
    var requests: [String] {
        get throws { (try? scratch.read("bodies.log"))?.split(separator: "\n").map(String.init) ?? [] }
    }

    private static let script = """
        import http.server, sys, time
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                open(sys.argv[1] + '.log', 'a').write(f"{self.path} {self.headers['Content-Type']}\\n")
                if sys.argv[3] == 'silent':
                    time.sleep(60)
                open(sys.argv[1], 'ab').write(body)
                self.send_response(int(sys.argv[2]))
                self.send_header('Content-Length', '2')
                self.end_headers()
                self.wfile.write(b'{}')
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        server.daemon_threads = True
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
