import Foundation
import Reporting
import Testing

struct StudentTTests {
  /// Expected values are from SciPy 1.17: `scipy.stats.t.ppf(0.975, df)`; 1000 and 1001 are on the
  /// two sides of the change from the exact sum to the expansion.
  @Test(arguments: [
    (1, 12.706204736174694), (2, 4.302652729749462), (3, 3.1824463052837078),
    (4, 2.7764451051977934), (5, 2.5705818356363146), (10, 2.228138851986274),
    (30, 2.0422724563012378), (99, 1.9842169515864174), (239, 1.9699394059169584),
    (1000, 1.9623390808264083), (1001, 1.9623367052808798), (20000, 1.9600826051581348),
  ])
  func `the 97.5 % quantile matches SciPy`(degrees: Int, expected: Double) {
    let value = StudentT.quantile(0.975, degreesOfFreedom: degrees)
    #expect(abs(value - expected) < 1e-11 * expected, "off by \(value - expected)")
  }

  /// Closed forms: ν = 1 is the Cauchy distribution, tan(π(p − ½)); ν = 2 gives (2p − 1)√(2/(4p(1 −
  /// p))).
  @Test(arguments: [0.55, 0.6, 0.9, 0.975, 0.995, 0.9999])
  func `one and two degrees of freedom match their closed forms`(p: Double) {
    let one = tan(Double.pi * (p - 0.5))
    let two = (2 * p - 1) * (2 / (4 * p * (1 - p))).squareRoot()
    #expect(abs(StudentT.quantile(p, degreesOfFreedom: 1) - one) < 1e-10 * one)
    #expect(abs(StudentT.quantile(p, degreesOfFreedom: 2) - two) < 1e-10 * two)
  }

  /// Expected values are from SciPy 1.17: `scipy.stats.t.ppf(p, 7)` and
  /// `scipy.stats.t.ppf(p, 5000)`.
  @Test(arguments: [
    (0.6, 0.2631668613520229, 0.25336058396923183), (0.9, 1.4149239276505086, 1.2817209053357184),
    (0.995, 3.4994832973504924, 2.5768129665562802), (0.9999, 7.063432828157639, 3.721776168336806),
  ])
  func `other quantiles match SciPy`(p: Double, seven: Double, many: Double) {
    #expect(abs(StudentT.quantile(p, degreesOfFreedom: 7) - seven) < 1e-11 * seven)
    #expect(abs(StudentT.quantile(p, degreesOfFreedom: 5000) - many) < 1e-11 * many)
  }

  @Test(arguments: [1, 2, 7, 240, 5000])
  func `the distribution is symmetric about zero`(degrees: Int) {
    #expect(StudentT.quantile(0.5, degreesOfFreedom: degrees) == 0)
    let upper = StudentT.quantile(0.9, degreesOfFreedom: degrees)
    let lower = StudentT.quantile(0.1, degreesOfFreedom: degrees)
    #expect(abs(upper + lower) < 1e-12)
  }

  @Test func `more degrees of freedom come closer to the normal quantile from above`() {
    let quantiles = [1, 2, 5, 20, 100, 999, 1000, 1001, 1002, 100_000].map {
      StudentT.quantile(0.975, degreesOfFreedom: $0)
    }
    #expect(zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 > $1 })
    // The 0.975 quantile of the standard normal distribution is the limit.
    #expect(quantiles.allSatisfy { $0 > 1.959963984540054 })
  }
}
