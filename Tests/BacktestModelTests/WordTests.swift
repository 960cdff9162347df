import BacktestModel
import Testing

/// Names of the trading vocabulary and the search for the nearest one.
struct WordTests {
    @Test(
        arguments: [
            ("entr_long", "enter_long"), ("ENTER_LONG", "enter_long"), ("exit_shrot", "exit_short"),
            ("enterlong", "enter_long"), ("buy", nil), ("", nil),
        ] as [(String, String?)]
    )
    func nearest(_ word: String, _ expected: String?) {
        #expect(nearestWord(to: word, among: SignalAction.allCases.map(\.name)) == expected)
    }

    @Test
    func ofEquallyCloseWordsTheFirstWins() {
        #expect(nearestWord(to: "cat", among: ["bat", "hat"]) == "bat")
        #expect(nearestWord(to: "cat", among: [String]()) == nil)
        #expect(nearestWord(to: "hte", among: ["the"]) == "the")
    }

    @Test
    func actionsReadTheirOwnNames() {
        for action in SignalAction.allCases {
            #expect(SignalAction(name: action.name) == action)
            #expect(action.mask.nonzeroBitCount == 1)
        }
        #expect(SignalAction(name: "buy") == nil)
        #expect(SignalAction.allCases.map(\.isEntry) == [false, false, true, true])
        #expect(SignalAction.allCases.map(\.side) == [.long, .short, .long, .short])
        #expect(SignalAction.allCases.reduce(0) { $0 | $1.mask } == 0b1111)
    }

    @Test
    func directionsAllowTheirSides() {
        #expect(Direction.longOnly.allows(.long) && !Direction.longOnly.allows(.short))
        #expect(!Direction.shortOnly.allows(.long) && Direction.shortOnly.allows(.short))
        #expect(Direction.longShort.allows(.long) && Direction.longShort.allows(.short))
        #expect(Side.long.sign == 1 && Side.short.sign == -1)
        #expect(Set(ExitReason.allCases.map(\.name)).count == ExitReason.allCases.count)
    }

    @Test
    func signalListsCompareByValue() {
        let list = SignalList(bars: [3, 5], masks: [1, 4], strengths: [0.5, 1])
        #expect(list.count == 2)
        #expect(list == SignalList(bars: [3, 5], masks: [1, 4], strengths: [0.5, 1]))
        #expect(list != SignalList(bars: [3, 5], masks: [1, 4]))
        #expect(SignalList().count == 0)
    }
}
