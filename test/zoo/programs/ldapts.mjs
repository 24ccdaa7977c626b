import {readFileSync} from 'node:fs';
import {Client} from 'ldapts';
import {hold} from './hold.cjs';

const client = new Client({url: `ldap://127.0.0.1:${process.env.LDAP_PORT}`});
await client.startTLS({ca: readFileSync(process.env.ZOO_CA)});
await client.bind('cn=admin,dc=zoo', 'zoo');
await client.add('dc=zoo', {objectClass: ['dcObject', 'organization'], dc: 'zoo', o: 'zoo'});
const {searchEntries} = await client.search('dc=zoo', {attributes: ['o']});
console.log('entries', searchEntries);
await client.del('dc=zoo');
await hold();
await client.unbind();
console.log('closed');
