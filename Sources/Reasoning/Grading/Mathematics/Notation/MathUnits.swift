/// Units of measure under one name each, so that `cm`, `centimeters` and `centimetre` agree.
///
/// A word that is not listed counts something (`apples`, `ways`) and is disregarded.
enum MathUnits {
  private static let families: [(name: String, words: String)] = [
    ("mm", "mm millimeter millimeters millimetre millimetres"),
    ("cm", "cm centimeter centimeters centimetre centimetres"),
    ("m", "m meter meters metre metres"),
    ("km", "km kilometer kilometers kilometre kilometres"),
    ("in", "in inch inches"), ("ft", "ft foot feet"), ("yd", "yd yard yards"),
    ("mi", "mi mile miles"), ("mg", "mg milligram milligrams"), ("g", "g gram grams"),
    ("kg", "kg kilogram kilograms kilo kilos"), ("lb", "lb lbs pound pounds"),
    ("oz", "oz ounce ounces"), ("ml", "ml mL milliliter milliliters millilitre millilitres"),
    ("l", "l L liter liters litre litres"), ("gal", "gal gallon gallons"),
    ("s", "s sec secs second seconds"), ("min", "min mins minute minutes"),
    ("h", "h hr hrs hour hours"), ("day", "day days"), ("week", "week weeks"),
    ("month", "month months"), ("year", "year years yr yrs"), ("cent", "cent cents"),
    ("dollar", "dollar dollars usd USD"), ("euro", "euro euros eur EUR"),
    ("mph", "mph"), ("J", "J joule joules"), ("N", "N newton newtons"), ("W", "W watt watts"),
    ("V", "V volt volts"), ("Hz", "Hz hertz"), ("radian", "rad rads radian radians"),
    ("K", "K kelvin kelvins"), ("C", "C celsius"), ("F", "F fahrenheit"), ("A", "A ampere amperes"),
    ("Pa", "Pa pascal pascals"), ("kJ", "kJ"), ("kPa", "kPa"), ("kW", "kW"), ("mol", "mol moles"),
    ("per", "per"), ("square", "square sq"), ("cubic", "cubic cu"), ("unit", "unit units"),
  ]

  private static let names: [String: String] = Dictionary(
    families.flatMap { family in
      family.words.split(separator: " ").map { (String($0), family.name) }
    }, uniquingKeysWith: { first, _ in first })

  /// The unit's name; nil for a word that is not a unit of measure.
  static func name(_ word: String) -> String? { names[word] ?? names[word.lowercased()] }

  /// Returns the name of a unit of several words, such as `square centimeters` or `m^2 / s`.
  /// - Returns: nil if no word of it is a unit of measure.
  static func name(_ words: [String]) -> String? {
    var found: [String] = []
    var power: String?
    for word in words {
      switch name(word) ?? word {
      case "square": power = "^2"
      case "cubic": power = "^3"
      case "per": found.append("/")
      case "unit": continue
      case "/", "^2", "^3": found.append(word)
      case let unit where name(word) != nil:
        found.append(unit)
        if let exponent = power { found.append(exponent) }
        power = nil
      default: continue
      }
    }
    return found.contains { $0.first?.isLetter ?? false } ? found.joined() : nil
  }
}
