// The tablet's scripts, as a page loads them: one after the other into `window.pencilmark`.
'use strict';

const path = require('node:path');

global.window = global;

exports.load = (...names) => {
  for (const name of names) require(path.join(__dirname, '../../static/tablet', `${name}.js`));
  return global.pencilmark;
};

exports.table = (name) => require(path.join(__dirname, '../tables', `${name}.json`));
