-- Articles and sentiment.

CREATE SCHEMA news;
COMMENT ON SCHEMA news IS 'Articles and sentiment';

CREATE TABLE news.articles (
  article_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  url          text NOT NULL UNIQUE,
  title        text NOT NULL,
  summary      text,
  source       text NOT NULL,
  author       text,
  language     text NOT NULL DEFAULT 'en',
  published_at timestamptz NOT NULL,
  run_id       uuid REFERENCES ingestion.runs (run_id),
  search       tsvector GENERATED ALWAYS AS (to_tsvector('english', title || ' ' || COALESCE(summary, ''))) STORED,
  created_at   timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE news.articles IS 'News articles';
CREATE INDEX articles_published_idx ON news.articles (published_at DESC);
CREATE INDEX articles_search_idx ON news.articles USING gin (search);
CREATE INDEX articles_run_idx ON news.articles (run_id);
CREATE TABLE news.sentiment (
  article_id uuid NOT NULL REFERENCES news.articles (article_id) ON DELETE CASCADE,
  symbol     text NOT NULL REFERENCES market_data.symbols (symbol),
  model      text NOT NULL,
  score      numeric(6, 4) NOT NULL CHECK (score BETWEEN -1 AND 1),
  relevance  numeric(6, 4) CHECK (relevance BETWEEN 0 AND 1),
  label      text CHECK (label IN ('bearish', 'somewhat_bearish', 'neutral', 'somewhat_bullish', 'bullish')),
  PRIMARY KEY (article_id, symbol, model)
);
COMMENT ON TABLE news.sentiment IS 'Sentiment of an article for a symbol, by model';
CREATE INDEX sentiment_symbol_idx ON news.sentiment (symbol);
