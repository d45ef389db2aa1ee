import ModelCore
import Testing

@Suite struct TokenSamplerTests {
  static let probabilities: [Float] = [0.125, 0.375, 0.0, 0.25, 0.25]

  private func token(
    _ uniform: Double, _ change: (inout SamplingSettings) -> Void = { _ in }
  ) -> Int32 {
    var settings = SamplingSettings()
    change(&settings)
    return TokenSampler(settings).token(Self.probabilities.span, uniform: uniform)
  }

  @Test func `the inverse of the cumulative distribution runs in id order`() {
    // Cumulative: .125, .5, .5, .75, 1.
    #expect(token(0) == 0)
    #expect(token(0.124) == 0)
    #expect(token(0.125) == 1)
    #expect(token(0.499) == 1)
    #expect(token(0.5) == 3)
    #expect(token(0.749) == 3)
    #expect(token(0.75) == 4)
    #expect(token(1.0.nextDown) == 4)
  }

  @Test func `temperature 0 takes the likeliest, the first among equals`() {
    #expect(token(0.99) { $0.temperature = 0 } == 1)
    var greedy = SamplingSettings()
    greedy.temperature = 0
    let tie: [Float] = [0.2, 0.4, 0.4]
    #expect(TokenSampler(greedy).token(tie.span, uniform: 0.9) == 1)
  }

  @Test func `top-k keeps the k likeliest, the lower id among equals`() {
    // Ranked 1, 3, 4, 0. Of the first two: .375 / .625 = .6.
    #expect(token(0.59) { $0.topK = 2 } == 1)
    #expect(token(0.61) { $0.topK = 2 } == 3)
    #expect(token(1.0.nextDown) { $0.topK = 2 } == 3)
    #expect(token(0.99) { $0.topK = 1 } == 1)
    #expect(token(0.99) { $0.topK = 99 } == 4)
  }

  @Test func `top-p keeps the smallest set that reaches p`() {
    // .375 alone reaches .375; .376 needs 3 as well; .7 needs 4 as well.
    #expect(token(1.0.nextDown) { $0.topP = 0.375 } == 1)
    #expect(token(1.0.nextDown) { $0.topP = 0.376 } == 3)
    #expect(token(1.0.nextDown) { $0.topP = 0.7 } == 4)
    #expect(token(0.0) { $0.topP = 0.7 } == 1)
    #expect(token(0.0) { $0.topP = 0.9 } == 0)
  }

  @Test func `top-p is a share of what top-k left`() {
    // Of 1 and 3, .375 / .625 = .6 reaches .6 but not .61.
    #expect(
      token(1.0.nextDown) {
        $0.topK = 2
        $0.topP = 0.6
      } == 1)
    #expect(
      token(1.0.nextDown) {
        $0.topK = 2
        $0.topP = 0.61
      } == 3)
  }

  @Test func `min-p keeps what is near enough to the likeliest`() {
    // .25 / .375 = .667, .125 / .375 = .333.
    #expect(token(0.0) { $0.minP = 0.3 } == 0)
    #expect(token(0.0) { $0.minP = 0.4 } == 1)
    #expect(token(1.0.nextDown) { $0.minP = 0.6 } == 4)
    #expect(token(1.0.nextDown) { $0.minP = 0.7 } == 1)
  }

  @Test func `what is impossible is never drawn`() {
    let certain: [Float] = [0, 0, 1, 0]
    for uniform in [0, 0.5, 1.0.nextDown] {
      #expect(TokenSampler(SamplingSettings()).token(certain.span, uniform: uniform) == 2)
    }
  }
}
