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
        let counts = axes.map(\.rows.count)
        guard !counts.contains(0) else { return }
        let product = SweepPlan.product(of: counts)
        let templates = max(1, table.plan.portfolios.count + table.plan.analyses.count)
        var setCount = product
        if constraints.contains(where: { !$0.axes.isEmpty }) {
            guard let filtered = filter(constraints, counts: counts, product: product) else { return }
            setCount = filtered
        } else if let limit = requestedLimit, limit < product {
            cut(to: limit, of: product)
        }
        for constraint in constraints where constraint.axes.isEmpty {
            if !constraint.formula.evaluate({ number(of: $0, rows: []) }).isTrue { setCount = 0 }
        }
        if setCount == 0 {
            let place = constraints.first.map { Located((), at: $0.node) } ?? written.place
            findings.error(
                "empty_sweep",
                "no parameter set of \(product) meets the constraints",
                at: place ?? Located((), at: YAMLMark(line: 1, column: 1))
            )
        }
        let (containers, overflow) = setCount.multipliedReportingOverflow(by: templates)
        guard overflow || containers > SweepResolver.containerLimit, requestedLimit == nil else { return }
        let text = overflow ? "more than \(Int.max)" : "\(containers)"
        findings.error(
            "too_many_containers",
            "the sweep makes \(text) containers, more than \(SweepResolver.containerLimit)",
            hint: "sweep fewer values, or give --limit N without --only",
            at: written.place.map { Located((), at: $0.start) }
                ?? Located((), at: YAMLMark(line: 1, column: 1))
        )
    }

    /// Leaves all but the first sets out of the plan.
    ///
    /// Containers are counted portfolio by portfolio, so the first ones of a run may all be of one portfolio: as many sets are
    /// kept as containers are asked for.
    private mutating func cut(to limit: Int, of product: Int) {
        guard limit <= Int(UInt32.max) else {
            findings.error(
                "too_many_containers",
                "\(limit) containers are asked for, more than \(UInt32.max)",
                hint: "give a smaller --limit",
                at: written.place.map { Located((), at: $0.start) }
                    ?? Located((), at: YAMLMark(line: 1, column: 1))
            )
            return
        }
        plan.survivors = (0..<max(1, limit)).map { UInt32($0) }
        plan.survivorCount = product
    }

    /// Number of sets that meet the constraints, and the sets themselves in the plan; `nil` after an error.
    mutating func filter(_ constraints: [SweepConstraint], counts: [Int], product: Int) -> Int? {
        guard product <= Int(UInt32.max) else {
            findings.error(
                "too_many_containers",
                "\(product == Int.max ? "too many" : "\(product)") combinations, constraints can be tried on 4294967295",
                hint: "sweep fewer values",
                at: constraints[0].node
            )
            return nil
        }
        for constraint in constraints {
            let size = SweepPlan.product(of: constraint.axes.map { counts[$0] })
            guard size > ConstraintFilter.tableLimit else { continue }
            findings.error(
                "too_many_containers",
                "the constraint would have to be tried on \(size) combinations",
                hint: "sweep fewer values",
                at: constraint.node
            )
            return nil
        }
        let keep = requestedLimit.map { max(1, $0) } ?? SweepResolver.containerLimit
        let places = Dictionary(
            axes.enumerated().flatMap { axis, swept in
                swept.parameters.enumerated().map { (plan.paths[$1], (axis: axis, column: $0)) }
            },
            uniquingKeysWith: { first, _ in first }
        )
        let axes = axes
        let currents = currentNumbers(constraints)
        var filter = ConstraintFilter(counts: counts, constraints: constraints, keeping: keep) { name, rows in
            if let place = places[name], let value = axes[place.axis].rows[rows[place.axis]][place.column] {
                return value.number
            }
            return currents[name] ?? nil
        }
        let result = filter.run()
        if result.count < product {
            plan.survivors = result.survivors
            if result.survivors.count < result.count { plan.survivorCount = result.count }
        }
        return result.count
    }

    /// Whether a path has a number, without the sweep or in one of its sets.
    func isNumber(_ path: String) -> Bool {
        guard let parameter = pathIndices[path] else { return number(of: path, rows: []) != nil }
        let values = axes.lazy.flatMap { axis in
            axis.parameters.firstIndex(of: parameter).map { column in axis.rows.map { $0[column] } } ?? []
        }
        // A list whose values are all wrong has been reported already.
        return values.isEmpty || values.contains { $0?.number != nil }
    }

    func currentNumbers(_ constraints: [SweepConstraint]) -> [String: Double?] {
        var numbers: [String: Double?] = [:]
        for name in constraints.flatMap(\.formula.names) { numbers[name] = number(of: name, rows: []) }
        return numbers
    }

    /// The number that a path has without the sweep.
    func number(of path: String, rows: [Int]) -> Double? {
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
