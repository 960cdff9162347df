/// Finds the names of a record's keys, which nearly always come in the order of the list.
struct NameSearch {
    private var next = 0

    /// The place of a name in a list, `nil` where it isn't there; looks first behind the name found last.
    mutating func find(_ name: String, in names: [String]) -> Int? {
        for index in next..<max(next, names.count) where names[index] == name {
            next = index + 1
            return index
        }
        return names[..<min(next, names.count)].firstIndex(of: name)
    }
}
