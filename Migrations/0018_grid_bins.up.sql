-- Bins of grids that feeds record: a row a bin, partitioned by day.

CREATE TABLE market_data.grid_bins (
  session_id        uuid NOT NULL REFERENCES control.ingestion_live_session (session_id),
  bin_start         timestamptz NOT NULL,
  bin_seq           bigint NOT NULL,
  instrument        text NOT NULL,
  bin_start_ns      bigint NOT NULL,
  bin_end_ns        bigint NOT NULL,
  bin_event_count   integer NOT NULL,
  event_id          bigint NOT NULL,
  mid_price         double precision NOT NULL,
  spot_price        numeric(20, 9) NOT NULL,
  best_bid          numeric(20, 9),
  best_ask          numeric(20, 9),
  book_valid        boolean NOT NULL,
  best_bid_move_ticks integer NOT NULL,
  best_ask_move_ticks integer NOT NULL,
  trade_count       integer NOT NULL,
  trade_qty_buy     bigint NOT NULL,
  trade_qty_sell    bigint NOT NULL,
  trade_qty_none    bigint NOT NULL,
  radius            integer NOT NULL,
  last_event_id     bigint[] NOT NULL,
  add_qty           bigint[] NOT NULL,
  pull_qty          bigint[] NOT NULL,
  fill_qty          bigint[] NOT NULL,
  bid_qty           bigint[] NOT NULL,
  ask_qty           bigint[] NOT NULL,
  rest_qty          bigint[] NOT NULL,
  bid_orders        bigint[] NOT NULL,
  ask_orders        bigint[] NOT NULL,
  add_mass          double precision[] NOT NULL,
  pull_mass         double precision[] NOT NULL,
  fill_mass         double precision[] NOT NULL,
  rest_depth        double precision[] NOT NULL,
  bid_depth         double precision[] NOT NULL,
  ask_depth         double precision[] NOT NULL,
  v_add             double precision[] NOT NULL,
  v_pull            double precision[] NOT NULL,
  v_fill            double precision[] NOT NULL,
  v_rest_depth      double precision[] NOT NULL,
  v_bid_depth       double precision[] NOT NULL,
  v_ask_depth       double precision[] NOT NULL,
  a_add             double precision[] NOT NULL,
  a_pull            double precision[] NOT NULL,
  a_fill            double precision[] NOT NULL,
  a_rest_depth      double precision[] NOT NULL,
  a_bid_depth       double precision[] NOT NULL,
  a_ask_depth       double precision[] NOT NULL,
  j_add             double precision[] NOT NULL,
  j_pull            double precision[] NOT NULL,
  j_fill            double precision[] NOT NULL,
  j_rest_depth      double precision[] NOT NULL,
  j_bid_depth       double precision[] NOT NULL,
  j_ask_depth       double precision[] NOT NULL,
  PRIMARY KEY (session_id, bin_start)
) PARTITION BY RANGE (bin_start);
COMMENT ON TABLE market_data.grid_bins IS 'Bins of the grids of feeds; an array has an element for each tick from -radius to radius around the spot';
COMMENT ON COLUMN market_data.grid_bins.spot_price IS 'The price of the row in the middle; 0 without both sides';
COMMENT ON COLUMN market_data.grid_bins.bin_start IS 'bin_start_ns to the microsecond';
CREATE INDEX grid_bins_time_idx ON market_data.grid_bins (instrument, bin_start);

CREATE FUNCTION market_data.make_grid_bins_partition(p_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text := 'grid_bins_' || to_char(p_day, 'YYYYMMDD');
BEGIN
  IF to_regclass('market_data.' || name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('market_data.grid_bins'));
  EXECUTE format('CREATE TABLE IF NOT EXISTS market_data.%I PARTITION OF market_data.grid_bins FOR VALUES FROM (%L) TO (%L)',
                 name, p_day || ' 00:00:00+00', (p_day + 1) || ' 00:00:00+00');
END $$;
COMMENT ON FUNCTION market_data.make_grid_bins_partition(date) IS 'Makes the partition of a day in UTC, where it is not there yet';
