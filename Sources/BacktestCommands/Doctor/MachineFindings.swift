import BacktestMarketData
import Glibc

/// The machine: zones of time, room for results, cores, memory, descriptors.
enum MachineFindings {
    static func all(resultsFolder: String) -> [Finding] {
        [timeZones(), results(resultsFolder), cache(), cores(), memory(), descriptors()]
    }

    private static func timeZones() -> Finding {
        let folder = Environment.value("TZDIR") ?? "/usr/share/zoneinfo"
        let first = firstBytes(of: "\(folder)/America/New_York", count: 4)
        guard first == Array("TZif".utf8) else {
            return Finding(
                "tzdata",
                .limited,
                "\(folder) has no time zones: data.timezone can be UTC only; install tzdata"
            )
        }
        return Finding("tzdata", .fine, version: timeZoneVersion(folder), "time zones in \(folder)")
    }

    /// The first line of tzdata.zi is `# version 2025b`.
    private static func timeZoneVersion(_ folder: String) -> String? {
        let head = String(decoding: firstBytes(of: "\(folder)/tzdata.zi", count: 64), as: UTF8.self)
        let words = head.prefix { $0 != "\n" }.split(separator: " ")
        return words.count == 3 && words[1] == "version" ? String(words[2]) : nil
    }

    private static func results(_ folder: String) -> Finding {
        if PathStatus.isFolder(folder) {
            return PathStatus.isWritable(folder)
                ? Finding("results folder", .fine, "\(folder) can be written")
                : Finding(
                    "results folder",
                    .missing,
                    "\(folder) cannot be written; give run another: --output DIR"
                )
        }
        guard !PathStatus.exists(folder) else {
            return Finding(
                "results folder",
                .missing,
                "\(folder) is not a folder; give run another: --output DIR"
            )
        }
        return PathStatus.isWritable(nearestFolder(above: folder))
            ? Finding("results folder", .fine, "\(folder) will be made by the first run")
            : Finding(
                "results folder",
                .missing,
                "\(folder) cannot be made here; give run another: --output DIR"
            )
    }

    private static func cache() -> Finding {
        let name = "cache"
        guard let cache = CacheLocation.standard else {
            return Finding(
                name,
                .limited,
                "every run parses its bars: neither ADMF_CACHE nor HOME names a folder"
            )
        }
        var place = cache.folder
        while !PathStatus.exists(place), let slash = place.lastIndex(of: "/") {
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        let isWritable = PathStatus.isFolder(place) && PathStatus.isWritable(place)
        guard isWritable else {
            return Finding(name, .limited, "every run parses its bars: \(cache.folder) cannot be written")
        }
        if let text = Environment.value(CacheLocation.limitVariable.name), CacheLocation.limit == nil {
            let variable = CacheLocation.limitVariable.name
            return Finding(name, .limited, "\(variable)=\(text) is no size such as 500M; 2G holds instead")
        }
        let size = cache.size
        let bound = QuantityText.bytes(cache.byteLimit)
        let noun = size.entries == 1 ? "file" : "files"
        return Finding(
            name,
            .fine,
            "\(size.entries) parsed \(noun), \(QuantityText.bytes(size.bytes)) of \(bound), in \(cache.folder)"
        )
    }

    private static func nearestFolder(above path: String) -> String {
        var path = path[...]
        while let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            if path.isEmpty { return "/" }
            if PathStatus.isFolder(String(path)) { return String(path) }
        }
        return "."
    }

    private static func cores() -> Finding {
        let count = Machine.usableCores
        return Finding("cores", .fine, version: "\(count)", "containers that run at the same time by default")
    }

    private static func memory() -> Finding {
        guard let available = Machine.availableMemory else {
            return Finding("memory", .limited, "how much is free cannot be read")
        }
        let mebibytes = available >> 20
        return Finding(
            "memory",
            mebibytes < 64 ? .limited : .fine,
            version: "\(mebibytes) MiB",
            mebibytes < 64 ? "hardly anything is free" : "free for bars, features and containers"
        )
    }

    private static func descriptors() -> Finding {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Finding("file descriptors", .limited, "the limit cannot be read: \(systemMessage(errno))")
        }
        let isEnough = limit.rlim_cur >= 64
        return Finding(
            "file descriptors",
            isEnough ? .fine : .limited,
            version: "\(limit.rlim_cur)",
            isEnough ? "files that may be open at once" : "few: raise it with ulimit -n 1024"
        )
    }

    private static func firstBytes(of path: String, count: Int) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = read(descriptor, &bytes, count)
        return Array(bytes.prefix(max(0, read)))
    }
}
