import Glibc

/// Time constants of the exponential averages, in seconds.
struct ChainTaus: BitwiseCopyable {
  var velocity: Double
  var acceleration: Double
  var jerk: Double
  var restDecay: Double

  init(_ configuration: GridConfiguration) {
    velocity = configuration.velocityTau
    acceleration = configuration.accelerationTau
    jerk = configuration.jerkTau
    restDecay = configuration.restDecayTau
  }
}

/// How far the averages go toward what happens, for one length of time.
struct ChainRates: BitwiseCopyable {
  var velocity: Double
  var acceleration: Double
  var jerk: Double
  /// What is left of a mass.
  var decay: Double
  var seconds: Double
  /// To multiply by, where a division would be the slowest step: off by a rounding at most.
  var perSecond: Double

  init(_ taus: ChainTaus, seconds: Double) {
    self.seconds = seconds
    perSecond = 1 / seconds
    velocity = Self.share(seconds, taus.velocity)
    acceleration = Self.share(seconds, taus.acceleration)
    jerk = Self.share(seconds, taus.jerk)
    decay = exp(-seconds / taus.restDecay)
  }

  private static func share(_ seconds: Double, _ tau: Double) -> Double {
    seconds / tau > 50 ? 1 : 1 - exp(-seconds / tau)
  }
}
