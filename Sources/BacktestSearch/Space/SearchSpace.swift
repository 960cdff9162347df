/// A set of parameters: a value of each, `nil` where the parameter is inactive, in the order of the space.
public typealias ParameterSet = [ParameterChoice?]

/// What is searched: parameters, which sets of them are allowed, and which parameters count in a set.
public struct SearchSpace: Sendable {
    /// The parameters, in the order written.
    public let parameters: [SearchParameter]
    private let activity: (@Sendable ([ParameterChoice]) -> [Bool])?
    private let allows: (@Sendable (ParameterSet) -> Bool)?

    /// Makes a space.
    ///
    /// - Parameters:
    ///   - parameters: In the order written.
    ///   - activity: Which parameters of a full set are active (rule V12); `nil` where all always are.
    ///   - allows: Whether a set meets the constraints; `nil` where there are none.
    public init(
        _ parameters: [SearchParameter],
        activity: (@Sendable ([ParameterChoice]) -> [Bool])? = nil,
        allows: (@Sendable (ParameterSet) -> Bool)? = nil
    ) {
        self.parameters = parameters
        self.activity = activity
        self.allows = allows
    }

    /// Number of parameters.
    public var count: Int { parameters.count }

    /// Number of sets before constraints, `nil` for a continuous space and for more than 2^62.
    public var size: Int? {
        var size = 1
        for parameter in parameters {
            guard let count = parameter.count else { return nil }
            let (product, overflow) = size.multipliedReportingOverflow(by: count)
            if overflow || product > 1 << 62 { return nil }
            size = product
        }
        return size
    }

    /// The set of a full choice: inactive parameters are left out, so that sets that differ only there are equal.
    public func set(_ choices: [ParameterChoice]) -> ParameterSet {
        guard let activity else { return choices }
        return zip(choices, activity(choices)).map { $1 ? $0 : nil }
    }

    /// The set of a point of the unit cube.
    public func set(at point: [Double]) -> ParameterSet {
        set(zip(parameters, point).map { $0.choice($1) })
    }

    /// Whether a set meets the constraints.
    public func accepts(_ set: ParameterSet) -> Bool { allows?(set) ?? true }

    /// The point of the unit cube that stands for a set; the middle where a parameter is inactive.
    public func point(of set: ParameterSet) -> [Double] {
        zip(parameters, set).map { parameter, choice in choice.map(parameter.place) ?? 0.5 }
    }
}

/// The sets that a search has had, and those of a finite space that it has not.
struct TriedSets {
    private var numbers: [ParameterSet: Int] = [:]
    /// Places of the next set in grid order to look at; sets before it have all been tried or are not allowed.
    private var cursor: [Int]
    private var isThrough = false

    init(_ space: SearchSpace) { cursor = [Int](repeating: 0, count: space.count) }

    /// Number of the trial that had a set, `nil` for none.
    subscript(set: ParameterSet) -> Int? {
        get { numbers[set] }
        set { numbers[set] = newValue }
    }

    /// The first set in grid order, the last parameter fastest, that is allowed and has not been tried.
    mutating func firstUntried(in space: SearchSpace) -> ParameterSet? {
        guard space.size != nil else { return nil }
        while !isThrough {
            let set = space.set(zip(space.parameters, cursor).map { $0.choice(at: $1) })
            if numbers[set] == nil, space.accepts(set) { return set }
            advance(in: space)
        }
        return nil
    }

    private mutating func advance(in space: SearchSpace) {
        for place in space.parameters.indices.reversed() {
            cursor[place] += 1
            if cursor[place] < space.parameters[place].count ?? 0 { return }
            cursor[place] = 0
        }
        isThrough = true
    }
}
