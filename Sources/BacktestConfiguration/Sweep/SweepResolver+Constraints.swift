import BacktestExpressions
import BacktestMetrics
import BacktestModel
import BacktestSweep
import BacktestYAML

extension SweepResolver {
    mutating func constraint(_ node: YAMLNode) -> SweepConstraint? {
        guard let text = node.text else { return nil }
        do {
            let formula = try Formula.parse(text, known: plan.paths + table.all())
            guard formula.isBoolean else {
                findings.error(
                    "wrong_type",
                    "expected a condition, '\(text)' is a number",
                    hint: "write momentum_1.fast < momentum_1.slow",
                    at: node
                )
                return nil
            }
            for name in formula.names where !isNumber(name) {
                findings.error(
                    "formula",
                    "'\(name)' has no value that is a number",
                    hint: "a constraint compares numbers",
                    at: node
                )
                return nil
            }
            let axes = self.axes.indices.filter { axis in
                self.axes[axis].parameters.contains { formula.names.contains(plan.paths[$0]) }
            }
            if axes.isEmpty, written.place != nil {
                findings.warning("constant_constraint", "the constraint reads no swept path", at: node)
            }
            return SweepConstraint(formula: formula, node: node, axes: axes)
        } catch {
            let place = node.place(offset: error.offset, length: error.length)
            findings.error("formula", error.message, hint: error.hint, at: place)
            return nil
        }
    }

    mutating func count(_ constraints: [SweepConstraint]) {
        let counts = axes.map(\.count)
        guard !counts.contains(0) else { return }
        let product = SweepPlan.product(of: counts)
        let templates = max(1, table.plan.portfolios.count + table.plan.analyses.count)
        if let limit = requestedLimit, limit > Int(UInt32.max), limit < product {
            refuse(
                "\(limit) containers are asked for, more than \(UInt32.max)",
                hint: "give a smaller --limit"
            )
            return
        }
        var sets = ConstraintSearch.Count(low: product, high: product)
        let constant = constraints.first { constraint in
            constraint.axes.isEmpty && !constraint.formula.evaluate({ number(of: $0) }).isTrue
        }
        let varying = constraints.filter { !$0.axes.isEmpty }
        if constant != nil {
            sets = ConstraintSearch.Count(low: 0, high: 0)
        } else if !varying.isEmpty {
            guard let found = filter(varying, product: product, templates: templates) else { return }
            sets = found
        } else if let limit = requestedLimit, limit < product {
            // As many sets as containers are asked for: the first containers of a run may all be of one portfolio.
            plan.firstSetCount = max(1, limit)
            plan.survivorCount = product
        }
        if sets.high == 0 {
            let place = constraints.first.map { Located((), at: $0.node) } ?? written.place
            findings.error(
                "empty_sweep",
                "no parameter set of \(product) meets the constraints",
                at: place ?? Located((), at: YAMLMark(line: 1, column: 1))
            )
        }
        let containers = SweepPlan.product(of: [sets.low, templates])
        guard containers > SweepResolver.containerLimit, requestedLimit == nil else { return }
        let count =
            sets.isExact && containers < .max
            ? "\(containers) containers, more than \(SweepResolver.containerLimit)"
            : containers == .max
                ? "more than \(Int.max) containers"
                : "more than \(SweepResolver.containerLimit) containers of \(product) combinations"
        refuse("the sweep makes \(count)", hint: "sweep fewer values, or give --limit N without --only")
    }

    private mutating func refuse(_ message: String, hint: String) {
        findings.error(
            "too_many_containers",
            message,
            hint: hint,
            at: written.place.map { Located((), at: $0.start) }
                ?? Located((), at: YAMLMark(line: 1, column: 1))
        )
    }

    /// Bounds of the number of sets that meet the constraints, and the sets themselves in the plan; `nil` after an error.
    private mutating func filter(
        _ constraints: [SweepConstraint],
        product: Int,
        templates: Int
    ) -> ConstraintSearch.Count? {
        guard product < .max else {
            refuse(
                "more than \(Int.max) combinations are too many to try constraints on",
                hint: "sweep fewer values"
            )
            return nil
        }
        let search = ConstraintSearch(
            axes: axes,
            paths: plan.paths,
            constraints: constraints,
            currents: currentNumbers(constraints)
        )
        // Where a whole run would be refused, its ids have only to be as wide as they would be.
        let isCut = requestedLimit != nil
        var counting = search
        let sets = counting.count { sets in
            SweepPlan.product(of: [sets.low, templates]) > SweepResolver.containerLimit
                && (!isCut || String(sets.low - 1).count == String(sets.high - 1).count)
        }
        let isTooMany = SweepPlan.product(of: [sets.low, templates]) > SweepResolver.containerLimit
        if sets.high == 0 || isTooMany && !isCut { return sets }
        guard isCut || sets.isExact else {
            refuse(
                "the constraints leave \(sets.low) to \(sets.high) of \(product) combinations, too many to try",
                hint: "sweep fewer values, or give --limit N without --only"
            )
            return nil
        }
        if sets.low == product { return sets }
        let wanted = min(max(1, requestedLimit ?? sets.high), sets.high)
        var listing = search
        guard let positions = listing.positions(first: wanted) else {
            refuse(
                "the constraints leave few of \(product) combinations, too many to try",
                hint: "sweep fewer values"
            )
            return nil
        }
        plan.survivors = positions
        guard positions.count < sets.high else { return sets }
        plan.survivorCount = max(sets.low, positions.count)
        plan.isLowerBound = !sets.isExact
        plan.digitCount = max(4, String(sets.high - 1).count)
        return sets
    }

    /// Whether a path has a number, without the sweep or in one of its sets.
    func isNumber(_ path: String) -> Bool {
        guard let parameter = pathIndices[path] else { return number(of: path) != nil }
        for axis in axes {
            guard let place = axis.parameters.firstIndex(of: parameter) else { continue }
            let column = axis.columns[place]
            // A list whose values are all wrong has been reported already; those of a range are numbers all or none.
            return column.count == 0
                || column.pieces.contains { rows, listed in
                    listed.map { $0.contains { $0?.number != nil } }
                        ?? (column[rows.lowerBound]?.number != nil)
                }
        }
        return true
    }

    func currentNumbers(_ constraints: [SweepConstraint]) -> [String: Double?] {
        var numbers: [String: Double?] = [:]
        for name in constraints.flatMap(\.formula.names) { numbers[name] = number(of: name) }
        return numbers
    }

    /// The number that a path has without the sweep.
    func number(of path: String) -> Double? {
        if case .value(_, let current, _) = table.target(of: path) { return current.numeric }
        return nil
    }
}

extension SweepPlan {
    /// The product of some counts; the largest integer where it does not fit.
    static func product(of counts: [Int]) -> Int {
        counts.reduce(1) { product, count in
            let (result, overflow) = product.multipliedReportingOverflow(by: count)
            return overflow ? Int.max : result
        }
    }

    /// The step in a product of some counts, the last one fastest, for one row of each; the largest integer where it does not
    /// fit, which no position reaches.
    static func strides(of counts: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: counts.count)
        for index in counts.indices.dropLast().reversed() {
            strides[index] = product(of: [strides[index + 1], counts[index + 1]])
        }
        return strides
    }
}

extension Findings {
    /// Number of errors so far.
    var errorCount: Int { all.reduce(0) { $0 + ($1.severity == .error ? 1 : 0) } }
}
