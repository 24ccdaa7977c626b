import {once} from 'node:events';
import {client, xml} from '@xmpp/client';
import {hold} from './hold.cjs';

// It asks for STARTTLS where the server offers it; the certificate is trusted by NODE_EXTRA_CA_CERTS.
const xmpp = client({service: `xmpp://127.0.0.1:${process.env.XMPP_PORT}`, domain: 'localhost'});
xmpp.on('error', error => console.error(error));
const address = await xmpp.start();
console.log('online', address.domain);
const pong = await xmpp.iqCaller.get(xml('ping', 'urn:xmpp:ping'), 'localhost');
console.log('ping', pong === undefined ? 'answered' : String(pong));
const message = once(xmpp, 'stanza');
await xmpp.send(xml('message', {to: address.toString(), type: 'chat'}, xml('body', {}, 'hello')));
console.log('message', (await message)[0].getChildText('body'));
await hold();
await xmpp.stop();
console.log('closed');
