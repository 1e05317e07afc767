DROP TABLE news.sentiment;
DROP TABLE news.articles;
DROP SCHEMA news;
