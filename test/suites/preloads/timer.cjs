'use strict';
setInterval(() => {}, 50).unref();
