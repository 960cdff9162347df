/// Groups of columns that move together.
public enum CorrelationClusters {
    /// The cluster of each column, numbered by first member.
    ///
    /// Average linkage on the distances sqrt((1 - rho) / 2), cut at a distance: 0.5 joins down to a mean correlation of
    /// about a half. Memory is 8 bytes a pair: a caller with many thousand columns chooses some.
    public static func averageLinkage<Columns: ReturnColumns>(
        _ columns: Columns,
        cut: Double = 0.5
    ) -> [Int] {
        let count = columns.count
        var distances = [Double](repeating: 0, count: count * count)
        CorrelationMatrix.forEach(columns) { row, column, rho in
            guard row != column else { return }
            let distance = max(0, (1 - min(1, rho)) / 2).squareRoot()
            distances[row * count + column] = distance
            distances[column * count + row] = distance
        }
        return averageLinkage(&distances, count: count, cut: cut)
    }

    /// The clusters of a matrix of distances, row after row; it is used up.
    ///
    /// The chain of nearest neighbours (Murtagh 1983): average linkage joins the same pairs in whatever order mutual
    /// nearest ones are taken, so each takes a scan of a row and all O(count^2).
    static func averageLinkage(_ distances: inout [Double], count: Int, cut: Double) -> [Int] {
        var sizes = [Int](repeating: 1, count: count)
        var parents = Array(0..<count)
        var chain: [Int] = []
        var remaining = count
        while remaining > 1 {
            if chain.isEmpty, let first = sizes.firstIndex(where: { $0 > 0 }) { chain.append(first) }
            let top = chain[chain.count - 1]
            // Ties go to the one that the chain came from, or it would never end.
            var nearest = chain.count > 1 ? chain[chain.count - 2] : -1
            var least = nearest >= 0 ? distances[top * count + nearest] : .infinity
            for other in 0..<count where other != top && sizes[other] > 0 {
                let distance = distances[top * count + other]
                if distance < least { (least, nearest) = (distance, other) }
            }
            guard nearest >= 0 else { break }
            guard chain.count > 1, nearest == chain[chain.count - 2] else {
                chain.append(nearest)
                continue
            }
            chain.removeLast(2)
            merge(top, into: nearest, &distances, &sizes)
            if least <= cut { join(top, nearest, &parents) }
            remaining -= 1
        }
        var numbers: [Int: Int] = [:]
        return (0..<count).map { index in
            let root = self.root(index, parents)
            if let known = numbers[root] { return known }
            numbers[root] = numbers.count
            return numbers.count - 1
        }
    }

    private static func merge(
        _ gone: Int,
        into kept: Int,
        _ distances: inout [Double],
        _ sizes: inout [Int]
    ) {
        let count = sizes.count
        let (a, b) = (Double(sizes[gone]), Double(sizes[kept]))
        for other in 0..<count where other != gone && other != kept && sizes[other] > 0 {
            let distance =
                (a * distances[gone * count + other] + b * distances[kept * count + other]) / (a + b)
            distances[kept * count + other] = distance
            distances[other * count + kept] = distance
        }
        sizes[kept] += sizes[gone]
        sizes[gone] = 0
    }

    private static func root(_ index: Int, _ parents: [Int]) -> Int {
        var root = index
        while parents[root] != root { root = parents[root] }
        return root
    }

    private static func join(_ a: Int, _ b: Int, _ parents: inout [Int]) {
        let (first, second) = (root(a, parents), root(b, parents))
        parents[max(first, second)] = min(first, second)
    }
}
