import Glibc

/// What the command line asks for.
struct BenchOptions {
    /// The program under test.
    var program = ".build/release/admf"
    /// The folder that holds Package.swift, for the data of the tests.
    var package = "."
    /// Where data, configs and results go; made where missing.
    var folder = ".build/bench"
    /// Where the numbers go.
    var json = ".build/bench.json"
    /// Runs of each workload.
    var repeats = 5
    /// Containers at the same time; every core by default.
    var jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    /// The long workloads too.
    var isAll = false
    /// Whether instructions and allocations are counted where valgrind is there.
    var usesValgrind = true
    /// Leave the results trees where they are.
    var keepsResults = false
    /// Print the workloads and stop.
    var isList = false
    /// Only these workloads; all of the default ones where empty.
    var names: [String] = []

    static let usage = """
        usage: backtest-bench [OPTIONS] [WORKLOAD...]
          Runs the workloads through the real program, as a user does, and measures wall and CPU time, peak memory,
          bytes written and, where valgrind is installed, instructions and allocations.
          --program PATH     the program (default: .build/release/admf)
          --package DIR      where Package.swift lies (default: here)
          --folder DIR       data, configs and results (default: .build/bench)
          --json FILE        the numbers (default: .build/bench.json)
          --repeat N         runs of each workload (default: 5)
          --jobs N           containers at the same time (default: all cores)
          --all              the long workloads too
          --no-instructions  do without valgrind
          --keep             leave the results trees in DIR/out
          --list             say what there is and stop
          Exit status 0: measured; 1: something could not be measured; 2: wrong usage.

        """

    /// Reads the arguments after the program's name; `nil` for wrong usage.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--all": isAll = true
            case "--no-instructions": usesValgrind = false
            case "--keep": keepsResults = true
            case "--list": isList = true
            case _ where option.hasPrefix("-"):
                guard let value = rest.popFirst(), set(option, value) else { return nil }
            default: names.append(option)
            }
        }
    }

    private mutating func set(_ option: String, _ value: String) -> Bool {
        switch option {
        case "--program": program = value
        case "--package": package = value
        case "--folder": folder = value
        case "--json": json = value
        case "--repeat":
            guard let number = Int(value), number > 0 else { return false }
            repeats = number
        case "--jobs":
            guard let number = Int(value), number > 0 else { return false }
            jobs = number
        default: return false
        }
        return !value.isEmpty
    }
}
