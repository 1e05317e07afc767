/// What kind of records a stream was asked for, by the numbers of DBN.
package enum DBNSchema: UInt16, CaseIterable, Sendable {
  case mbo, mbp1, mbp10, tbbo, trades, ohlcv1s, ohlcv1m, ohlcv1h, ohlcv1d
  case definition, statistics, status, imbalance, ohlcvEOD
  case cmbp1, cbbo1s, cbbo1m, tcbbo, bbo1s, bbo1m

  package var name: String {
    switch self {
    case .mbo: "mbo"
    case .mbp1: "mbp-1"
    case .mbp10: "mbp-10"
    case .tbbo: "tbbo"
    case .trades: "trades"
    case .ohlcv1s: "ohlcv-1s"
    case .ohlcv1m: "ohlcv-1m"
    case .ohlcv1h: "ohlcv-1h"
    case .ohlcv1d: "ohlcv-1d"
    case .definition: "definition"
    case .statistics: "statistics"
    case .status: "status"
    case .imbalance: "imbalance"
    case .ohlcvEOD: "ohlcv-eod"
    case .cmbp1: "cmbp-1"
    case .cbbo1s: "cbbo-1s"
    case .cbbo1m: "cbbo-1m"
    case .tcbbo: "tcbbo"
    case .bbo1s: "bbo-1s"
    case .bbo1m: "bbo-1m"
    }
  }

  package init?(name: String) {
    guard let schema = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = schema
  }

  /// The type of the records that it consists of.
  package var recordType: UInt8 {
    switch self {
    case .mbo: 0xA0
    case .mbp1, .tbbo: 0x01
    case .mbp10: 0x0A
    case .trades: 0x00
    case .ohlcv1s: 0x20
    case .ohlcv1m: 0x21
    case .ohlcv1h: 0x22
    case .ohlcv1d: 0x23
    case .ohlcvEOD: 0x24
    case .definition: 0x13
    case .statistics: 0x18
    case .status: 0x12
    case .imbalance: 0x14
    case .cmbp1: 0xB1
    case .cbbo1s: 0xC0
    case .cbbo1m: 0xC1
    case .tcbbo: 0xC2
    case .bbo1s: 0xC3
    case .bbo1m: 0xC4
    }
  }
}

/// How a symbol names an instrument, by the numbers of DBN.
package enum SymbologyType: UInt8, Sendable {
  case instrumentID, rawSymbol, smart, continuous, parent, nasdaqSymbol, cmsSymbol, isin, usCode
  case bloombergCompositeID, bloombergCompositeTicker, figi, figiTicker
  case listingID, issuerID, securityID

  package var name: String {
    switch self {
    case .instrumentID: "instrument_id"
    case .rawSymbol: "raw_symbol"
    case .smart: "smart"
    case .continuous: "continuous"
    case .parent: "parent"
    case .nasdaqSymbol: "nasdaq_symbol"
    case .cmsSymbol: "cms_symbol"
    case .isin: "isin"
    case .usCode: "us_code"
    case .bloombergCompositeID: "bbg_comp_id"
    case .bloombergCompositeTicker: "bbg_comp_ticker"
    case .figi: "figi"
    case .figiTicker: "figi_ticker"
    case .listingID: "listing_id"
    case .issuerID: "issuer_id"
    case .securityID: "security_id"
    }
  }
}
