public import Foundation

/// Makes a folder for one test and removes it afterwards, whatever happens.
public func withScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("admf-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
        // The scratch folder of a test that failed half-way may hold a read-only folder; the next boot clears /tmp.
        try? FileManager.default.removeItem(at: folder)
    }
    return try body(folder)
}

/// A results tree read into memory: relative path to bytes.
public struct ResultsTree: Sendable {
    /// The run's folder.
    public let folder: URL
    /// Every regular file but manifest.json, by path relative to the folder.
    public let files: [String: Data]
    /// manifest.json, decoded.
    public let manifest: ManifestFacts

    /// Reads the tree of one run.
    public init(_ folder: URL) throws {
        self.folder = folder
        var files: [String: Data] = [:]
        let walker = FileManager.default.enumerator(atPath: folder.path)
        while let name = walker?.nextObject() as? String {
            let place = folder.appendingPathComponent(name)
            let isFile = try place.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile ?? false
            if isFile, name != "manifest.json" { files[name] = try Data(contentsOf: place) }
        }
        self.files = files
        manifest = try ManifestFacts(folder.appendingPathComponent("manifest.json"))
    }

    /// The folders of the runs of that name below an output folder, sorted; `latest` left out.
    public static func runs(of name: String, in output: URL) throws -> [URL] {
        let base = output.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: base.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: base.path)
            .filter { $0 != "latest" && !$0.hasPrefix(".") }.sorted()
            .map { base.appendingPathComponent($0) }
    }

    /// The only run of that name below an output folder.
    public static func only(_ name: String, in output: URL) throws -> ResultsTree {
        let all = try runs(of: name, in: output)
        guard all.count == 1 else { throw TreeProblem(text: "\(all.count) runs of \(name), not 1") }
        return try ResultsTree(all[0])
    }

    /// What differs from another tree, one line a file; empty where both are the same but for the manifest's times.
    public func differences(from other: ResultsTree) -> [String] {
        var lines: [String] = []
        for name in Set(files.keys).union(other.files.keys).sorted() {
            switch (files[name], other.files[name]) {
            case (nil, _): lines.append("only in the second: \(name)")
            case (_, nil): lines.append("only in the first: \(name)")
            case (let a?, let b?) where a != b:
                lines.append("differs: \(name) (\(a.count), \(b.count) bytes)")
            default: break
            }
        }
        if manifest.lasting != other.manifest.lasting {
            lines.append("differs: manifest.json beyond its times")
        }
        return lines
    }

    /// A JSON file of the tree as an object.
    public func object(_ name: String) throws -> [String: Any] {
        guard let data = files[name] else { throw TreeProblem(text: "no \(name)") }
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw TreeProblem(text: "\(name) is no JSON object")
        }
        return object
    }

    /// Ids of the containers that have a metrics.json, sorted, `root_container` left out.
    public var containers: [String] {
        files.keys.filter { $0.hasSuffix("/metrics.json") }.map { String($0.dropLast("/metrics.json".count)) }
            .filter { $0 != "root_container" }.sorted()
    }
}

/// What tests want to know of a manifest.
public struct ManifestFacts: Sendable {
    /// `running`, `interrupted`, `completed` or `failed`.
    public let status: String
    /// The manifest without what depends on the moment and the machine, as sorted JSON.
    public let lasting: String

    init(_ file: URL) throws {
        let data = try Data(contentsOf: file)
        guard var object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw TreeProblem(text: "manifest.json is no JSON object")
        }
        status = object["status"] as? String ?? ""
        for key in ManifestFacts.passing { object[key] = nil }
        if var config = object["config"] as? [String: Any] {
            config["working_directory"] = nil
            object["config"] = config
        }
        let sorted = try JSONSerialization.data(
            withJSONObject: object,
            options: [.sortedKeys, .prettyPrinted]
        )
        lasting = String(decoding: sorted, as: UTF8.self)
    }

    /// Keys whose values may differ between two equal runs.
    static let passing = ["run_id", "times", "timings", "host", "options"]
}

/// A tree that is not what a test needs.
public struct TreeProblem: Error, CustomStringConvertible {
    let text: String
    /// What is wrong.
    public var description: String { text }
}
