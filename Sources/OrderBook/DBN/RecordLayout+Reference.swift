/// The records that tell about instruments and about the stream itself.
extension RecordLayout {
  static let status = RecordLayout(
    name: "status",
    type: 0x12,
    length: 40,
    fields: [
      Field("ts_recv", 16, .unsigned64), Field("hd", 0, .header), Field("action", 24, .unsigned16),
      Field("reason", 26, .unsigned16), Field("trading_event", 28, .unsigned16),
      Field("is_trading", 30, .character), Field("is_quoting", 31, .character),
      Field("is_short_sell_restricted", 32, .character),
    ]
  )

  static let imbalance = RecordLayout(
    name: "imbalance",
    type: 0x14,
    length: 112,
    fields: [
      Field("ts_recv", 16, .unsigned64), Field("hd", 0, .header), Field("ref_price", 24, .signed64),
      Field("auction_time", 32, .unsigned64), Field("cont_book_clr_price", 40, .signed64),
      Field("auct_interest_clr_price", 48, .signed64), Field("ssr_filling_price", 56, .signed64),
      Field("ind_match_price", 64, .signed64), Field("upper_collar", 72, .signed64),
      Field("lower_collar", 80, .signed64), Field("paired_qty", 88, .unsigned32),
      Field("total_imbalance_qty", 92, .unsigned32), Field("market_imbalance_qty", 96, .unsigned32),
      Field("unpaired_qty", 100, .unsigned32), Field("auction_type", 104, .character),
      Field("side", 105, .character), Field("auction_status", 106, .unsigned8),
      Field("freeze_status", 107, .unsigned8), Field("num_extensions", 108, .unsigned8),
      Field("unpaired_side", 109, .character), Field("significant_imbalance", 110, .character),
    ]
  )

  /// Of version 3.
  static let statistics = RecordLayout(
    name: "statistics",
    type: 0x18,
    length: 80,
    fields: [
      Field("ts_recv", 16, .unsigned64), Field("hd", 0, .header), Field("ts_ref", 24, .unsigned64),
      Field("price", 32, .signed64), Field("quantity", 40, .signed64),
      Field("sequence", 48, .unsigned32), Field("ts_in_delta", 52, .signed32),
      Field("stat_type", 56, .unsigned16), Field("channel_id", 58, .unsigned16),
      Field("update_action", 60, .unsigned8), Field("stat_flags", 61, .unsigned8),
    ]
  )

  /// Of versions 1 and 2.
  static let statistics2 = RecordLayout(
    name: "statistics",
    type: 0x18,
    length: 64,
    fields: [
      Field("ts_recv", 16, .unsigned64), Field("hd", 0, .header), Field("ts_ref", 24, .unsigned64),
      Field("price", 32, .signed64), Field("quantity", 40, .signed32),
      Field("sequence", 44, .unsigned32), Field("ts_in_delta", 48, .signed32),
      Field("stat_type", 52, .unsigned16), Field("channel_id", 54, .unsigned16),
      Field("update_action", 56, .unsigned8), Field("stat_flags", 57, .unsigned8),
    ]
  )

  /// Of versions 2 and 3.
  static let mapping = RecordLayout(
    name: "symbol-mapping",
    type: 0x16,
    length: 176,
    fields: [
      Field("hd", 0, .header), Field("stype_in", 16, .unsigned8),
      Field("stype_in_symbol", 17, .text(71)), Field("stype_out", 88, .unsigned8),
      Field("stype_out_symbol", 89, .text(71)), Field("start_ts", 160, .unsigned64),
      Field("end_ts", 168, .unsigned64),
    ]
  )

  /// Of version 1.
  static let mapping1 = RecordLayout(
    name: "symbol-mapping",
    type: 0x16,
    length: 80,
    fields: [
      Field("hd", 0, .header), Field("stype_in_symbol", 16, .text(22)),
      Field("stype_out_symbol", 38, .text(22)), Field("start_ts", 64, .unsigned64),
      Field("end_ts", 72, .unsigned64),
    ]
  )

  /// Of versions 2 and 3.
  static let error = RecordLayout(
    name: "error",
    type: 0x15,
    length: 320,
    fields: [
      Field("hd", 0, .header), Field("err", 16, .text(302)), Field("code", 318, .unsigned8),
      Field("is_last", 319, .unsigned8),
    ]
  )

  /// Of version 1.
  static let error1 = RecordLayout(
    name: "error",
    type: 0x15,
    length: 80,
    fields: [
      Field("hd", 0, .header), Field("err", 16, .text(64)),
    ]
  )

  /// Of versions 2 and 3.
  static let system = RecordLayout(
    name: "system",
    type: 0x17,
    length: 320,
    fields: [
      Field("hd", 0, .header), Field("msg", 16, .text(303)), Field("code", 319, .unsigned8),
    ]
  )

  /// Of version 1.
  static let system1 = RecordLayout(
    name: "system",
    type: 0x17,
    length: 80,
    fields: [
      Field("hd", 0, .header), Field("msg", 16, .text(64)),
    ]
  )
}
