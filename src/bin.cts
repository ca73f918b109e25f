#!/usr/bin/env node
// DuckDB's work waits in libuv's thread pool, whose size is read once, when the pool starts. Loading ES modules starts it
// on Node 20, so this first file is CommonJS: with the default of 4, a quick statement would wait behind four slow ones.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
void import('./main.js');
