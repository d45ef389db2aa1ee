import Fields
import Testing

@Suite struct `Sequences in groups` {
  @Test func `keep keys and elements in order of first appearance`() {
    let groups = [3, 1, 4, 1, 5, 9, 2, 6].grouped { $0 % 3 }
    #expect(groups.map(\.key) == [0, 1, 2])
    #expect(groups.map(\.elements) == [[3, 9, 6], [1, 4, 1], [5, 2]])
    #expect([Int]().grouped { $0 }.isEmpty)
  }

  @Test func `lose repeats and keep the first of each`() {
    #expect([2, 1, 2, 3, 1].uniqued() == [2, 1, 3])
    #expect(["ab", "c", "ad", "ca"].uniqued(by: \.first) == ["ab", "c"])
  }
}
