import PostgresClient

/// The exchanges and symbols that the sample refers to.
struct SampleSymbols {
  let connection: PostgresConnection

  /// Adds those that are not there; what somebody changed stays as it is.
  func add() async throws {
    _ = try await connection.simpleQuery(
      """
      INSERT INTO market_data.exchanges (mic, name, country, open_time, close_time) VALUES
        ('XNAS', 'Nasdaq', 'US', '09:30', '16:00'),
        ('XNYS', 'New York Stock Exchange', 'US', '09:30', '16:00')
      ON CONFLICT (mic) DO NOTHING;
      INSERT INTO market_data.symbols
        (symbol, name, exchange_mic, asset_class, sector, tick_size, is_active, tags) VALUES
        ('AAPL', 'Apple Inc.', 'XNAS', 'equity', 'Technology', 0.01, true, '{sample}'),
        ('FB', 'Facebook, Inc.', 'XNAS', 'equity', 'Communication Services', 0.01, false, '{sample}'),
        ('GOOG', 'Google Inc.', 'XNAS', 'equity', 'Communication Services', 0.01, true, '{sample}'),
        ('IBM', 'International Business Machines Corporation', 'XNYS', 'equity', 'Technology', 0.01,
         true, '{sample}'),
        ('MSFT', 'Microsoft Corporation', 'XNAS', 'equity', 'Technology', 0.01, true, '{sample}'),
        ('SPX', 'S&P 500 Index', NULL, 'index', NULL, 0.01, true, '{sample}')
      ON CONFLICT (symbol) DO NOTHING
      """
    )
  }
}
