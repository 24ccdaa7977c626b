'use strict';
// Built from another file, with the source map at the end; throws in a 'data' listener.
const net = require('node:net');
const server = net
	.createServer(socket => socket.end('bye'))
	.listen(0, '127.0.0.1', () => {
		net.connect(server.address().port, '127.0.0.1').on('data', () => {
			throw new Error('thrown where the map points to');
		});
	});
//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJmaWxlIjoic291cmNlLW1hcHBlZC5janMiLCJzb3VyY2VzIjpbIm9yaWdpbmFsLW9mLXNvdXJjZS1tYXBwZWQudHMiXSwic291cmNlc0NvbnRlbnQiOlsib25lXG50d29cbnRocmVlXG5mb3VyXG5maXZlXG5zaXhcbiJdLCJuYW1lcyI6W10sIm1hcHBpbmdzIjoiOztBQUFBO0FBQ0E7QUFDQTtBQUNBO0FBQ0E7QUFDQSJ9
