import Glibc

/// What the machine, or the part of it that a control group leaves to us, has to offer.
package enum Machine {
    /// Cores that this process may run on, at least 1: the affinity mask, cut to the control group's quota.
    package static var usableCores: Int {
        var count = allowedCores ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if let quota = groupQuota { count = min(count, quota) }
        return max(1, count)
    }

    /// Bytes that can be had without swapping: free memory, cut to what the control group leaves; `nil` where unknown.
    package static var availableMemory: Int? {
        var available: Int?
        for line in text(of: "/proc/meminfo").split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            available = line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        guard let limit = Int(text(of: "/sys/fs/cgroup/memory.max").prefix { $0 != "\n" }) else {
            return available
        }
        let used = Int(text(of: "/sys/fs/cgroup/memory.current").prefix { $0 != "\n" }) ?? 0
        return min(available ?? Int.max, max(0, limit - used))
    }

    /// Cores of the affinity mask, as `taskset` sets it; glibc's own call is hidden from Swift behind a feature macro.
    private static var allowedCores: Int? {
        for line in text(of: "/proc/self/status").split(separator: "\n") where line.hasPrefix("Cpus_allowed:")
        {
            return line.dropFirst("Cpus_allowed:".count).reduce(0) {
                $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount
            }
        }
        return nil
    }

    /// Cores that the control group's quota amounts to, rounded up; `nil` without a quota.
    private static var groupQuota: Int? {
        let words = text(of: "/sys/fs/cgroup/cpu.max").split { $0 == " " || $0 == "\n" }.map { Int($0) }
        guard words.count == 2, let quota = words[0], let period = words[1], period > 0 else { return nil }
        return max(1, (quota + period - 1) / period)
    }

    private static func text(of path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 8_192)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
