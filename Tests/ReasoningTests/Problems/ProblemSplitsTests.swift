import Reasoning
import Testing

private func generate(
  _ part: ProblemPart, _ count: Int,
  _ families: [any ProblemFamily] = ProblemSuites.all[0].families,
  _ difficulties: [Int] = Array(1...6), seed: UInt64 = 0
) -> (problems: [Problem], shortfalls: [ProblemShortfall]) {
  ProblemSplits.generate(
    part, count: count, families: families, difficulties: difficulties, seed: seed)
}

@Suite struct ProblemSplitsTests {
  @Test func `parts never share a prompt, whatever the seeds`() {
    let parts = [
      generate(.train, 3000, seed: 0), generate(.train, 3000, seed: 1),
      generate(.dev, 600, seed: 0), generate(.dev, 600, seed: 999),
      generate(.test, 900, seed: 0), generate(.test, 900, seed: 12345),
    ].map { Set($0.problems.map(\.prompt)) }
    for (i, a) in parts.enumerated() {
      for (j, b) in parts.enumerated() where i / 2 != j / 2 { #expect(a.isDisjoint(with: b)) }
    }
    // Two seeds of one part do share prompts, because there are few small problems.
    #expect(!parts[0].isDisjoint(with: parts[1]))
  }

  @Test func `parts are 70, 10 and 20 percent of all prompts`() {
    // Every search prompt with two gaps.
    var prompts: Set<String> = []
    for a in 0...9 {
      for b in 1...5 {
        for c in 1...5 {
          for x in [a + b, a - b + 10, a * b] {
            for y in [x + c, x - c + 10, x * c] { prompts.insert("O\(a)_\(b)_\(c)=\(y % 10)?") }
          }
        }
      }
    }
    #expect(prompts.count == 1450)
    let counts = [ProblemPart.train, .dev, .test].map { part in
      Double(prompts.count { ProblemPart(of: $0) == part }) / Double(prompts.count)
    }
    // Three standard errors of a share of 1450 prompts are below 0.04.
    for (count, expected) in zip(counts, [0.7, 0.1, 0.2]) {
      #expect(abs(count - expected) < 0.04)
    }
  }

  @Test func `prompts are distinct and every cell has its share`() {
    let (problems, shortfalls) = generate(.train, 20 * 18 + 5)
    #expect(shortfalls.isEmpty)
    #expect(Set(problems.map(\.prompt)).count == 365)
    for (index, difficulty) in (1...6).enumerated() {
      for (offset, family) in ["chain", "scan", "search"].enumerated() {
        let count = problems.count { $0.family == family && $0.difficulty == difficulty }
        // The remainder of five goes to the first cells.
        #expect(count == (index * 3 + offset < 5 ? 21 : 20))
      }
    }
  }

  @Test func `a cell depends on seed, family and difficulty alone`() {
    func cell(_ problems: [Problem], _ difficulty: Int) -> [Problem] {
      problems.filter { $0.family == "scan" && $0.difficulty == difficulty }
    }
    let alone = generate(.train, 10, [ScanFamily()], [4]).problems
    #expect(generate(.train, 10, [ScanFamily()], [4]).problems == alone)
    #expect(cell(generate(.train, 180).problems, 4) == alone)
    #expect(Array(generate(.train, 30, [ScanFamily()], [4]).problems.prefix(10)) == alone)
    #expect(generate(.train, 10, [ScanFamily()], [4], seed: 1).problems != alone)
  }

  @Test func `a cell that runs dry stops and is reported`() {
    let parts = [ProblemPart.train, .dev, .test].map {
      generate($0, 600, [ChainFamily(), SearchFamily()], [1])
    }
    var found = 0
    for (problems, shortfalls) in parts {
      let search = problems.filter { $0.family == "search" }
      #expect(problems.count - search.count == 300)
      #expect(
        shortfalls == [
          ProblemShortfall(family: "search", difficulty: 1, wanted: 300, got: search.count)
        ])
      found += search.count
    }
    // Three quarters of the 136 prompts with one gap belong to difficulty 1.
    #expect((92...112).contains(found))
    // With those of difficulty 2, all of them are found.
    let others = [ProblemPart.train, .dev, .test].flatMap {
      generate($0, 2000, [SearchFamily()], [2]).problems
    }
    #expect(found + others.count { $0.answer.count == 1 } == 136)
  }

  @Test func `drawing looks up after so many draws, and ends when it is told to`() throws {
    struct Told: Error {}
    var looks: [Int] = []
    #expect(throws: Told.self) {
      try ProblemSplits.generate(
        .train, count: 10_000_000, families: [ChainFamily()], difficulties: [1], seed: 0
      ) { found in
        looks.append(found)
        if looks.count == 3 { throw Told() }
      }
    }
    #expect(looks.count == 3)
    // Seven of ten prompts belong to the part, and nearly all of them are new.
    for (index, found) in looks.enumerated() {
      let draws = (index + 1) * ProblemSplits.drawsBetweenLooks
      #expect((draws / 2...draws).contains(found))
    }
  }

  @Test func `a cell ends with the last prompt there is`() {
    for part in [ProblemPart.train, .dev, .test] {
      for difficulty in 1...6 {
        var looks = 0
        let (problems, shortfalls) = ProblemSplits.generate(
          part, count: 10_000_000, families: [SearchFamily()], difficulties: [difficulty], seed: 3
        ) { _ in looks += 1 }
        let most = SearchFamily().mostPrompts(difficulty: difficulty, part: part) ?? 0
        // If there are many prompts, one with a low probability may be missed.
        #expect(difficulty <= 3 ? problems.count == most : problems.count <= most)
        let foreseen = ProblemSplits.foreseenShortfalls(
          part, count: 10_000_000, families: [SearchFamily()], difficulties: [difficulty])
        #expect(foreseen.map(\.got) == [most])
        #expect(shortfalls.map(\.got) == [problems.count])
        // Collecting all N prompts takes about N ln N draws (coupon collector), a tenth of them in
        // the part.
        #expect(looks * ProblemSplits.drawsBetweenLooks < 250 * (problems.count + 20))
      }
    }
  }

  @Test func `search grows with difficulty and no two difficulties share a prompt`() {
    let (problems, _) = generate(.train, 1200, [SearchFamily()])
    let gaps = (1...6).map { difficulty in
      let cell = problems.filter { $0.difficulty == difficulty }
      return cell.reduce(0.0) { $0 + Double($1.answer.count) } / Double(cell.count)
    }
    #expect(gaps.first == 1)
    #expect(gaps.last == 3)
    for (easier, harder) in zip(gaps, gaps.dropFirst()) { #expect(harder - easier > 0.04) }
    #expect(Set(problems.map(\.prompt)).count == problems.count)
  }

  @Test func `nothing asked for is nothing made`() {
    #expect(generate(.test, 0).problems.isEmpty)
    #expect(generate(.test, 0).shortfalls.isEmpty)
  }
}
