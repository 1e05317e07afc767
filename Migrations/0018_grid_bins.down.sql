DROP FUNCTION market_data.make_grid_bins_partition(date);
DROP TABLE market_data.grid_bins;
