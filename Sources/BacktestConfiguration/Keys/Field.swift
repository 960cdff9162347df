import BacktestModel
import BacktestYAML

/// One key of a map: how it is read, how a path reaches it, what its schema says.
struct Field<Target: Sendable>: Sendable {
    /// The key.
    var name: String
    /// One sentence about it, for the schema.
    var summary: String
    /// Whether the key must be there.
    var isRequired = false
    /// The JSON Schema of its value.
    var schema: @Sendable () -> SchemaNode
    /// Reads the value of the key into the target.
    var decode: @Sendable (YAMLNode, inout Target, inout Findings) -> Void
    /// The value at the end of a path below this key; empty for the key itself.
    var leaf: @Sendable (ArraySlice<String>) -> Leaf<Target>?
    /// The paths that lead to values, relative to the map that has the key.
    var paths: @Sendable () -> [String]

    /// A key with a plain value.
    init<Value: Sendable>(
        _ name: String,
        _ type: ValueType<Value>,
        _ path: any WritableKeyPath<Target, Value> & Sendable,
        isRequired: Bool = false,
        _ summary: String
    ) {
        self.init(
            name,
            type,
            get: { $0[keyPath: path] },
            set: { $0[keyPath: path] = $1 },
            isRequired: isRequired,
            summary
        )
    }

    /// A key with a plain value that is kept in another form.
    init<Value: Sendable>(
        _ name: String,
        _ type: ValueType<Value>,
        get: @escaping @Sendable (Target) -> Value,
        set: @escaping @Sendable (inout Target, Value) -> Void,
        isRequired: Bool = false,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        schema = { type.schema }
        let leaf = Leaf<Target>(
            decode: { node, findings in
                type.decode(node, &findings).map { value in
                    Assignment(printed: type.printed(value)) { set(&$0, value) }
                }
            },
            current: { type.printed(get($0)) }
        )
        decode = { node, target, findings in leaf.decode(node, &findings)?.apply(&target) }
        self.leaf = { $0.isEmpty ? leaf : nil }
        paths = { [name] }
    }

    /// A key with a map of its own; `shorthand` is the key of that map which a bare value stands for.
    init<Part: Sendable>(
        _ name: String,
        section: @escaping @Sendable () -> Section<Part>,
        _ path: any WritableKeyPath<Target, Part> & Sendable,
        shorthand: String? = nil,
        isRequired: Bool = false,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        schema = {
            let section = section()
            guard let shorthand, let field = section.field(shorthand) else { return section.schema() }
            return .oneOf([field.schema(), section.schema()])
        }
        decode = { node, target, findings in
            let section = section()
            if node.entries == nil, !node.isNull, node.items == nil, let shorthand {
                section.field(shorthand)?.decode(node, &target[keyPath: path], &findings)
            } else {
                section.decode(node, into: &target[keyPath: path], &findings)
            }
        }
        leaf = { names in
            let rest = names.isEmpty ? shorthand.map { [$0][...] } ?? names : names
            return section().leaf(rest)?.lifted(path)
        }
        paths = { (shorthand == nil ? [] : [name]) + section().paths().map { "\(name).\($0)" } }
    }

    /// A key that is read by hand and that no path leads to.
    init(
        _ name: String,
        schema: @escaping @Sendable () -> SchemaNode,
        isRequired: Bool = false,
        _ summary: String,
        decode: @escaping @Sendable (YAMLNode, inout Target, inout Findings) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.schema = schema
        self.decode = decode
        leaf = { _ in nil }
        paths = { [] }
    }

    private init(
        lifting name: String,
        summary: String,
        isRequired: Bool,
        schema: @escaping @Sendable () -> SchemaNode
    ) {
        self.name = name
        self.summary = summary
        self.isRequired = isRequired
        self.schema = schema
        decode = { _, _, _ in }
        leaf = { _ in nil }
        paths = { [] }
    }

    /// The same key, of something that contains the target.
    func lifted<Whole: Sendable>(_ path: any WritableKeyPath<Whole, Target> & Sendable) -> Field<Whole> {
        var field = Field<Whole>(lifting: name, summary: summary, isRequired: isRequired, schema: schema)
        let decode = decode
        let leaf = leaf
        field.decode = { node, whole, findings in decode(node, &whole[keyPath: path], &findings) }
        field.leaf = { leaf($0)?.lifted(path) }
        field.paths = paths
        return field
    }
}
